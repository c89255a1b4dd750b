import { isUtf8 } from 'node:buffer';
import { parse } from 'node:querystring';
import { MalformedRequestProblem } from '@gatehouse/http';

/** More than any route declares, few enough to split instantly. */
const MAX_FIELDS = 1000;

/**
 * Splits a query string or a form into its fields; a repeated field becomes an array. The object has no prototype, so
 * that `__proto__` is an ordinary field.
 * @param what name of the text in an error
 * @throws MalformedRequestProblem when its percent-encoding is malformed, or it has more than 1,000 fields
 */
export function parseForm(text: string, what: string): Record<string, string | string[]> {
  if (!isDecodable(text)) throw new MalformedRequestProblem(`${what} is not valid percent-encoded UTF-8`);
  checkFieldCount(text.split('&', MAX_FIELDS + 1).length, what);
  return parse(text, '&', '=', { maxKeys: 0 }) as Record<string, string | string[]>;
}

/** @throws MalformedRequestProblem when there are more than 1,000 fields */
export function checkFieldCount(fields: number, what: string): void {
  if (fields > MAX_FIELDS) throw new MalformedRequestProblem(`${what} has more than ${MAX_FIELDS} fields`);
}

function isDecodable(text: string): boolean {
  if (!text.includes('%')) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const BYTE_ORDER_MARK = 0xfeff;

/** @throws MalformedRequestProblem when the bytes are not UTF-8 */
export function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new MalformedRequestProblem('The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** @throws MalformedRequestProblem when the text is not JSON; the detail has the position, never the text */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const detail = position
      ? `The body is not valid JSON (at position ${position})`
      : 'The body is not valid JSON';
    throw new MalformedRequestProblem(detail);
  }
}
