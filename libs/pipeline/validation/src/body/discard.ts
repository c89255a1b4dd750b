import type { Readable } from 'node:stream';

const MAX_DISCARDED = 16 * 1024 * 1024;

/**
 * Reads and drops the rest of a refused body, so that the client gets to read the answer: closing at once would reset
 * the connection under it. A client that keeps sending all the same is cut off after 16 MB; one that takes its time, by
 * the connection's guard.
 */
export function discard(stream: Readable): void {
  let size = 0;
  stream.on('error', () => undefined);
  // A stream that is piped is paused when its pipe breaks, perhaps only after this.
  stream.unpipe();
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DISCARDED) stream.destroy();
  });
  stream.resume();
}
