import { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem } from '@gatehouse/http';
import { describe, expect, it } from 'vitest';
import { readBytes } from './read-bytes.js';

const endless = () => new Readable({ read: () => undefined });

describe('readBytes', () => {
  it('joins the pieces, up to exactly the limit', async () => {
    const pieces = ['ab', 'c', '', 'de'].map((text) => Buffer.from(text));
    expect(String(await readBytes(Readable.from(pieces, { objectMode: false }), 5))).toBe('abcde');
    expect((await readBytes(Readable.from([]), 5)).length).toBe(0);
    await expect(readBytes(Readable.from(pieces), 4)).rejects.toThrow(PayloadTooLargeProblem);
  });

  it('ends when the stream breaks, closes early, or had closed before it was read', async () => {
    const broken = endless();
    const reading = readBytes(broken, 5);
    broken.destroy(new Error('aborted'));
    await expect(reading).rejects.toThrow(MalformedRequestProblem);

    const closed = endless();
    const readingClosed = readBytes(closed, 5);
    closed.destroy();
    await expect(readingClosed).rejects.toThrow('The body ended early');

    await expect(readBytes(endless().destroy(), 5)).rejects.toThrow('The body ended early');
  });

  it('leaves no listener behind that would count or keep the next bytes', async () => {
    const stream = endless();
    stream.push('abcdef');
    await expect(readBytes(stream, 5)).rejects.toThrow(PayloadTooLargeProblem);
    expect(stream.listenerCount('data') + stream.listenerCount('end') + stream.listenerCount('close')).toBe(
      0,
    );
    stream.on('close', () => undefined).destroy(new Error('late'));
    await new Promise((resolve) => stream.once('close', resolve));
  });
});
