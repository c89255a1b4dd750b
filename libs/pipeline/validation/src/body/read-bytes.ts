import type { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem, Problem } from '@gatehouse/http';

/** Minimum pace of a body that is read as a whole. Tests set shorter times. */
export const bodyPace = {
  /** Milliseconds for the whole body. */
  deadlineMs: 60_000,
  /** Minimum bytes per second, averaged from the start. */
  leastRate: 1_000,
  /** Milliseconds between two checks; the first one runs after this time. */
  checkMs: 5_000,
};

/**
 * Reads a stream to its end.
 * @param limit maximum number of bytes
 * @throws PayloadTooLargeProblem when there are more; MalformedRequestProblem when the client disconnects; Problem
 * 408 when the bytes arrive more slowly than {@link bodyPace}
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

    // After a turn of the event loop: a process that was busy first reads what has arrived in the meantime.
    const pace = setInterval(() => setImmediate(checkPace), bodyPace.checkMs).unref();
    // A stream that closed before the listeners were added emits no further event.
    if (stream.destroyed || stream.readableEnded) return onLost();
    // The error listener stays: a late error is irrelevant, but without a listener it would crash the process.
    stream.on('error', onLost).on('close', onLost).on('end', onEnd).on('data', onData);
  });
}
