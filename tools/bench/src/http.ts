export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** Sends a request and reads the whole response. */
export async function send(url: string, path: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url + path, {
    ...init,
    headers: { 'accept-encoding': 'identity', ...init?.headers },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** @throws {Error} naming the difference */
export function expect(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`${what} is ${shorten(actual)} instead of ${shorten(expected)}`);
}

const shorten = (value: unknown): string => {
  const text = String(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
};
