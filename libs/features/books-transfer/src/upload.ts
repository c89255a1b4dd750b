import { finished, PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import {
  MalformedRequestProblem,
  PayloadTooLargeProblem,
  Problem,
  UnsupportedMediaTypeProblem,
} from '@gatehouse/http';
import { importLimits } from './import-limits.js';
import { Utf8Decoder } from './utf8-decoder.js';

const CHUNK = 65_536;
/**
 * Bytes decoded and processed at a time. Longer texts would not be collected with the young generation of the heap.
 */
const PIECE = 4_096;
/** Milliseconds of processing before yielding to other requests. */
const TURN = 10;

/** The incoming body of a request. Reading it takes constant memory, and throws a problem if the body is broken. */
export class Upload {
  private readonly bytes: PassThrough | Gunzip;

  /**
   * @param encoding the `Content-Encoding` header
   * @throws UnsupportedMediaTypeProblem when it is neither gzip nor identity
   */
  constructor(body: Readable, encoding = 'identity') {
    const decoder = decoderOf(encoding);
    // The body itself is never destroyed, which would close the connection before the response.
    finished(body, { writable: false }, (error) => error && decoder.destroy(cutOff(error)));
    this.bytes = body.pipe(decoder);
  }

  /** Aborts the reading with this problem, unless it has already ended. */
  abort(problem: Problem): void {
    this.bytes.destroy(problem);
  }

  /** @throws Problem when the body is too long, damaged or incomplete, when it stalls, or on abort */
  async *text(): AsyncGenerator<string> {
    const decoder = new Utf8Decoder();
    let size = 0;
    let turn = performance.now();
    for await (const chunk of this.chunks()) {
      size += chunk.length;
      if (size > importLimits.bytes) throw new PayloadTooLargeProblem(importLimits.bytes);
      this.checkExpansion(size);
      for (let at = 0; at < chunk.length; at += PIECE) {
        yield decoder.decode(chunk.subarray(at, at + PIECE));
        if (performance.now() - turn < TURN) continue;
        await setImmediate();
        turn = performance.now();
      }
    }
    yield decoder.end();
  }

  /** A few kilobytes of gzip can contain gigabytes, which process and database would have to process. */
  private checkExpansion(size: number): void {
    const { expansion, bytesBeforeExpansion } = importLimits;
    if (size <= bytesBeforeExpansion || !('bytesWritten' in this.bytes)) return;
    if (size > expansion * this.bytes.bytesWritten) {
      throw new MalformedRequestProblem(`The gzip data expands to more than ${expansion} times its size`);
    }
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    const iterator = this.bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    try {
      for (let patience = importLimits.idle; ;) {
        const start = performance.now();
        const chunk = await this.within(patience, iterator.next());
        if (chunk.done) return;
        const gained = (chunk.value.length / importLimits.rate) * 1_000;
        patience = Math.min(importLimits.idle, patience - (performance.now() - start) + gained);
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

  private async within<T>(patience: number, next: Promise<T>): Promise<T> {
    const { idle, rate } = importLimits;
    const problem = new MalformedRequestProblem(
      `The upload stopped or is too slow: no data for ${idle / 1_000} seconds, or less than ${rate} bytes per second`,
    );
    const timer = setTimeout(() => this.abort(problem), patience);
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
  throw new UnsupportedMediaTypeProblem('Content-Encoding must be gzip or absent', {
    'accept-encoding': 'gzip, identity',
  });
}

function cutOff(cause: Error): Problem {
  return new MalformedRequestProblem('The upload was cut off', { cause });
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && String((error as Error & { code?: unknown }).code).startsWith('Z_');
}
