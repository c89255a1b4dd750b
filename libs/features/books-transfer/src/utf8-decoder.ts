import { isUtf8 } from 'node:buffer';

const EMPTY = Buffer.alloc(0);
const REPLACEMENT = Buffer.from('\uFFFD');

/**
 * Decodes a stream of UTF-8. Invalid bytes become NUL, which no record may contain, so that the caller can identify
 * the affected record.
 */
export class Utf8Decoder {
  private rest: Buffer = EMPTY;
  private isStart = true;

  decode(chunk: Buffer): string {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = completeLength(bytes);
    this.rest = bytes.subarray(end);
    return this.withoutMark(toText(bytes.subarray(0, end)));
  }

  /** Returns the replacement of an incomplete sequence at the end. */
  end(): string {
    return toText(this.rest);
  }

  private withoutMark(text: string): string {
    if (!this.isStart || text === '') return text;
    this.isStart = false;
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
}

/** Number of bytes before a sequence that the next chunk may complete. */
function completeLength(bytes: Buffer): number {
  for (let length = 1; length <= 3 && length <= bytes.length; length++) {
    const byte = bytes[bytes.length - length]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > length ? bytes.length - length : bytes.length;
  }
  return bytes.length;
}

function toText(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : markInvalid(bytes);
}

/** `toString` replaces invalid bytes; replacement characters in the text itself must stay. */
function markInvalid(bytes: Buffer): string {
  const parts: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(REPLACEMENT); end >= 0; end = bytes.indexOf(REPLACEMENT, start)) {
    parts.push(bytes.toString('utf8', start, end));
    start = end + REPLACEMENT.length;
  }
  parts.push(bytes.toString('utf8', start));
  return parts.map((part) => part.replaceAll('\uFFFD', '\0')).join('\uFFFD');
}
