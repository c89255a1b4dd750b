import type { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem, Problem } from '@gatehouse/http';

/** Minimum pace of a body. */
export interface Pace {
  /** Milliseconds for the whole body. */
  deadlineMs: number;
  /** Minimum bytes per second, averaged from the start. */
  leastRate: number;
  /** Milliseconds between two checks; the first one runs after this time. */
  checkMs: number;
}

/** Minimum pace of a body that is read as a whole. Tests set shorter times. */
export const bodyPace: Pace = { deadlineMs: 60_000, leastRate: 1_000, checkMs: 5_000 };

/**
 * Reads a stream to its end.
 * @param limit maximum number of bytes
 * @throws PayloadTooLargeProblem when there are more, and as {@link readChunks} does
 */
export async function readBytes(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await readChunks(
    stream,
    (chunk) => {
      size += chunk.length;
      if (size > limit) throw new PayloadTooLargeProblem(limit);
      chunks.push(chunk);
    },
    bodyPace,
  );
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size);
}

/**
 * Reads a stream to its end without keeping it.
 * @param onChunk takes each chunk as it arrives; an exception ends the reading
 * @throws MalformedRequestProblem when the client disconnects; Problem 408 when the bytes arrive more slowly than
 * `pace`
 */
export function readChunks(stream: Readable, onChunk: (chunk: Buffer) => void, pace: Pace): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    const startedAt = performance.now();

    const checkPace = (): void => {
      const ms = performance.now() - startedAt;
      if (ms < pace.deadlineMs && size >= (pace.leastRate * ms) / 1000) return;
      const headers = { connection: 'close' };
      settle(() => reject(new Problem('request-timeout', 'The body did not come in time', { headers })));
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      try {
        onChunk(chunk);
      } catch (error) {
        settle(() => reject(error as Error));
      }
    };
    const onEnd = (): void => settle(resolve);
    const onLost = (cause?: unknown): void => {
      settle(() => reject(new MalformedRequestProblem('The body ended early', { cause })));
    };
    const settle = (finish: () => void): void => {
      clearInterval(checks);
      stream.off('data', onData).off('end', onEnd).off('close', onLost);
      finish();
    };

    // After a turn of the event loop: a process that was busy first reads what has arrived in the meantime.
    const checks = setInterval(() => setImmediate(checkPace), pace.checkMs).unref();
    // A stream that closed before the listeners were added emits no further event.
    if (stream.destroyed || stream.readableEnded) return onLost();
    // The error listener stays: a late error is irrelevant, but without a listener it would crash the process.
    stream.on('error', onLost).on('close', onLost).on('end', onEnd).on('data', onData);
  });
}
