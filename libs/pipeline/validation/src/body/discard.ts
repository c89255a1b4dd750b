import type { Readable } from 'node:stream';

const MAX_DISCARDED = 16 * 1024 * 1024;

/**
 * Reads and discards the rest of a refused body, so that the client can read the response: closing immediately would
 * reset its connection. A client that keeps sending is cut off after 16 MB; a slow one, by the connection's guard.
 */
export function discard(stream: Readable): void {
  let size = 0;
  stream.on('error', () => undefined);
  // A piped stream is paused when its pipe breaks, possibly only after this call.
  stream.unpipe();
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_DISCARDED) stream.destroy();
  });
  stream.resume();
}
