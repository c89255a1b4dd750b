import { parse } from 'node:querystring';
import { MalformedRequestProblem } from '@gatehouse/http';

/** More than any route declares, few enough to be split in no time. */
const MAX_PAIRS = 1000;

/**
 * Splits a query string or a form into its fields; a repeated one is an array. The object has no prototype, so that
 * `__proto__` is a field like any other.
 *
 * @param what how to call the text in an error
 * @throws MalformedRequestProblem when its percent-encoding is malformed, or it has more than 1,000 fields
 */
export function parseForm(text: string, what: string): Record<string, string | string[]> {
  if (!isDecodable(text)) throw new MalformedRequestProblem(`${what} is not valid percent-encoded UTF-8`);
  if (text.split('&', MAX_PAIRS + 1).length > MAX_PAIRS) {
    throw new MalformedRequestProblem(`${what} has more than ${MAX_PAIRS} fields`);
  }
  return parse(text, '&', '=', { maxKeys: 0 }) as Record<string, string | string[]>;
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
