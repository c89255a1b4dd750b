import { request } from 'node:http';

/** Milliseconds that an answer may take. */
const TIMEOUT_MS = 10_000;

export interface WebhookCall {
  address: string;
  port: number;
  path: string;
  /** With a `host` of its own, which `fetch` would not send. */
  headers: Record<string, string>;
  body: string;
}

/** Sends a POST by HTTP. @returns the status of the answer */
export function callWebhook({ address, port, path, headers, body }: WebhookCall): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const outgoing = request({ host: address, port, path, method: 'POST', headers, agent: false, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      response
        .on('error', reject)
        .on('end', () => resolve(response.statusCode!))
        .resume();
    });
    outgoing.end(body);
  });
}
