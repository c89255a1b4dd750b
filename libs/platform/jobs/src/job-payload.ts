/** Maximum bytes of JSON: a payload identifies rows, and the rows hold the data. */
export const MAX_PAYLOAD_BYTES = 64_000;

/**
 * Refuses a payload that is not a JSON object, is too large, or contains text that PostgreSQL cannot store, before it
 * can abort the caller's transaction.
 * @throws {TypeError | RangeError} naming the error
 */
export function checkPayload(payload: object): void {
  if (!isPlainObject(payload)) throw new TypeError('The payload of a job must be a plain object');
  const bytes = Buffer.byteLength(JSON.stringify(payload, checkText));
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new RangeError(`The payload of a job has ${bytes} bytes; at most ${MAX_PAYLOAD_BYTES} are allowed`);
}

function isPlainObject(value: object | null): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkText(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed()))
      throw new TypeError('The payload of a job must not contain U+0000 or unpaired surrogates');
  }
  return value;
}
