/** Bytes of JSON: a payload says which rows are meant, and the rows have the rest. */
export const MAX_PAYLOAD_BYTES = 64_000;

/**
 * Refuses what is not a JSON object, is too large, or has text that PostgreSQL cannot keep, before it can spoil the
 * transaction of the caller.
 *
 * @throws {TypeError | RangeError} naming what is wrong
 */
export function checkPayload(payload: object): void {
  if (!isPlainObject(payload)) throw new TypeError('The payload of a job must be a plain object');
  const bytes = Buffer.byteLength(JSON.stringify(payload, checkText));
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new RangeError(`The payload of a job has ${bytes} bytes, of ${MAX_PAYLOAD_BYTES} allowed`);
}

function isPlainObject(value: object | null): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkText(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text === 'string' && (text.includes('\0') || !text.isWellFormed()))
      throw new TypeError('The payload of a job must not have U+0000 or half a surrogate pair in its text');
  }
  return value;
}
