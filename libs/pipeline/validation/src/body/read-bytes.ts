import type { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem, Problem } from '@gatehouse/http';

/** How fast a body must come that is read as a whole. Tests set shorter times. */
export const bodyPace = {
  /** Milliseconds for all of it. */
  deadlineMs: 60_000,
  /** Bytes a second, on average from the beginning. */
  leastRate: 1_000,
  /** Milliseconds between two looks at it, the first of which comes after one. */
  checkMs: 5_000,
};

/**
 * Reads a stream to its end.
 *
 * @param limit most bytes to take
 * @throws PayloadTooLargeProblem when there are more; MalformedRequestProblem when the client goes away meanwhile;
 * Problem 408 when they come more slowly than {@link bodyPace}
 */
export function readBytes(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const startedAt = performance.now();

    const checkPace = (): void => {
      const ms = performance.now() - startedAt;
      if (ms < bodyPace.deadlineMs && size >= (bodyPace.leastRate * ms) / 1000) return;
      const headers = { connection: 'close' };
      settle(() => reject(new Problem('request-timeout', 'The body did not come in time', { headers })));
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) settle(() => reject(new PayloadTooLargeProblem(limit)));
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    const onLost = (cause?: unknown): void => {
      settle(() => reject(new MalformedRequestProblem('The body ended early', { cause })));
    };
    const settle = (finish: () => void): void => {
      clearInterval(pace);
      stream.off('data', onData).off('end', onEnd).off('close', onLost);
      finish();
    };

    const pace = setInterval(checkPace, bodyPace.checkMs).unref();
    // A stream that has closed before anyone listened never says so again.
    if (stream.destroyed || stream.readableEnded) return onLost();
    // The error listener stays: an error after the last byte is of no interest, but must not crash the process.
    stream.on('error', onLost).on('close', onLost).on('end', onEnd).on('data', onData);
  });
}
