import { finished, PassThrough, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  MalformedRequestProblem,
  PayloadTooLargeProblem,
  Problem,
  UnsupportedMediaTypeProblem,
} from '@gatehouse/http';
import { importLimits } from './import-limits.js';
import { Utf8Decoder } from './utf8-decoder.js';

const CHUNK = 65_536;
/** Bytes that are decoded at a time. Longer texts would not be collected with the young generation of the heap. */
const PIECE = 16_384;

/** The body of a request on its way in. Reading it takes constant memory, and ends in a problem if the body is broken. */
export class Upload {
  private readonly bytes: Readable;

  /**
   * @param encoding the `Content-Encoding` header
   * @throws UnsupportedMediaTypeProblem when it is neither gzip nor identity
   */
  constructor(body: Readable, encoding = 'identity') {
    const decoder = decoderOf(encoding);
    // The body itself is never destroyed: that would close the connection under the answer.
    finished(body, { writable: false }, (error) => error && decoder.destroy(cutOff(error)));
    this.bytes = body.pipe(decoder);
  }

  /** Ends the reading with this problem, unless it has ended already. */
  abort(problem: Problem): void {
    this.bytes.destroy(problem);
  }

  /** @throws Problem when the body is too long, damaged or cut off, when nothing comes for too long, or on abort */
  async *text(): AsyncGenerator<string> {
    const decoder = new Utf8Decoder();
    let size = 0;
    for await (const chunk of this.chunks()) {
      size += chunk.length;
      if (size > importLimits.bytes) throw new PayloadTooLargeProblem(importLimits.bytes);
      for (let at = 0; at < chunk.length; at += PIECE) yield decoder.decode(chunk.subarray(at, at + PIECE));
    }
    yield decoder.end();
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    const iterator = this.bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    try {
      for (;;) {
        const chunk = await this.withinIdleLimit(iterator.next());
        if (chunk.done) return;
        yield chunk.value;
      }
    } catch (error) {
      throw isZlibError(error)
        ? new MalformedRequestProblem('The gzip data is damaged or cut off', { cause: error })
        : error;
    } finally {
      this.bytes.destroy();
    }
  }

  private async withinIdleLimit<T>(next: Promise<T>): Promise<T> {
    const seconds = importLimits.idle / 1000;
    const problem = new MalformedRequestProblem(`The upload stopped: nothing came for ${seconds} seconds`);
    const timer = setTimeout(() => this.abort(problem), importLimits.idle);
    try {
      return await next;
    } finally {
      clearTimeout(timer);
    }
  }
}

function decoderOf(encoding: string) {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity') return new PassThrough({ highWaterMark: CHUNK });
  if (name === 'gzip' || name === 'x-gzip') return createGunzip({ chunkSize: CHUNK });
  throw new UnsupportedMediaTypeProblem('Content-Encoding must be gzip, or not be there');
}

function cutOff(cause: Error): Problem {
  return new MalformedRequestProblem('The upload was cut off', { cause });
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && String((error as Error & { code?: unknown }).code).startsWith('Z_');
}
