import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';

/** Included in the signature: cursors of another format are refused. */
const FORMAT = 1;
const SIGNATURE_BYTES = 16;

/** Sort values of a row in PostgreSQL's text form; the last one is its id. */
export type Position = (string | null)[];

/**
 * Encodes and decodes cursors: base64url of a signature and the position, bound to its query. The key is derived from
 * `JWT_SECRET`, so every process can read the cursors of every other.
 */
@Injectable()
export class CursorCodec {
  private readonly key: Buffer;

  constructor(environment: Environment) {
    this.key = createHmac('sha256', environment.JWT_SECRET).update(`gatehouse cursor ${FORMAT}`).digest();
  }

  /** @param query text of everything that determines the rows and their order */
  encode(position: Position, query: string): string {
    const text = Buffer.from(JSON.stringify(position));
    return Buffer.concat([this.sign(text, query), text]).toString('base64url');
  }

  /** @returns `undefined` when the cursor was not created here, was changed, or belongs to another query */
  decode(cursor: string, query: string): Position | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    const text = bytes.subarray(SIGNATURE_BYTES);
    // Decoding skips characters outside base64url and ignores the last bits, so other texts would be accepted as the
    // same cursor.
    if (bytes.length <= SIGNATURE_BYTES || bytes.toString('base64url') !== cursor) return undefined;
    if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), this.sign(text, query))) return undefined;
    return JSON.parse(text.toString()) as Position;
  }

  private sign(text: Buffer, query: string): Buffer {
    const queryHash = createHash('sha256').update(query).digest();
    return createHmac('sha256', this.key)
      .update(queryHash)
      .update(text)
      .digest()
      .subarray(0, SIGNATURE_BYTES);
  }
}
