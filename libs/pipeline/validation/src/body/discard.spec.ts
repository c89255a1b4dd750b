import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { expect, it } from 'vitest';
import { discard } from './discard.js';

it('reads the remainder of a broken pipe to the end', async () => {
  const stream = new PassThrough();
  const reader = stream.pipe(new PassThrough());
  stream.write('first');
  await new Promise(setImmediate);
  reader.destroy();
  discard(stream);
  await new Promise(setImmediate);
  stream.end(Buffer.alloc(1_000_000));
  await finished(stream);
  expect(stream.readableEnded).toBe(true);
});

it('cuts off an endless body', async () => {
  const stream = new PassThrough();
  discard(stream);
  for (let i = 0; i < 17; i++) stream.write(Buffer.alloc(1024 * 1024));
  await new Promise((resolve) => stream.once('close', resolve));
  expect(stream.destroyed).toBe(true);
});
