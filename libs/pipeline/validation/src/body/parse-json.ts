import { isUtf8 } from 'node:buffer';
import { MalformedRequestProblem } from '@gatehouse/http';

const BYTE_ORDER_MARK = 0xfeff;

/** @throws MalformedRequestProblem when the bytes are not UTF-8 */
export function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new MalformedRequestProblem('The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

/** @throws MalformedRequestProblem when the text is not JSON; it says where, but never repeats the text */
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
