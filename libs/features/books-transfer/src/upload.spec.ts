import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { Upload } from './upload.js';

it('yields to other requests while its buffer is processed', async () => {
  const upload = new Upload(Readable.from([Buffer.alloc(65_536, 'x')]));
  let turns = 0;
  const take = () => {
    turns++;
    next = setImmediate(take);
  };
  let next = setImmediate(take);
  const seen: number[] = [];
  for await (const piece of upload.text()) {
    if (piece.length > 0) seen.push(turns);
    for (const start = performance.now(); performance.now() - start < 11;);
  }
  clearImmediate(next);
  expect(seen.length).toBeGreaterThan(10);
  expect(new Set(seen).size).toBe(seen.length);
});
