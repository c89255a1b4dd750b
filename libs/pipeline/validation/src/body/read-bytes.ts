import type { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem } from '@gatehouse/http';

/**
 * Reads a stream to its end.
 *
 * @param limit most bytes to take
 * @throws PayloadTooLargeProblem when there are more; MalformedRequestProblem when the client goes away meanwhile
 */
export function readBytes(stream: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;

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
      stream.off('data', onData).off('end', onEnd).off('close', onLost);
      finish();
    };

    // A stream that has closed before anyone listened never says so again.
    if (stream.destroyed || stream.readableEnded) return onLost();
    // The error listener stays: an error after the last byte is of no interest, but must not crash the process.
    stream.on('error', onLost).on('close', onLost).on('end', onEnd).on('data', onData);
  });
}
