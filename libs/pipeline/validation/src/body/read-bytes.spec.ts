import { Readable } from 'node:stream';
import { MalformedRequestProblem, PayloadTooLargeProblem } from '@gatehouse/http';
import { describe, expect, it, vi } from 'vitest';
import { readBytes } from './read-bytes.js';

const endless = () => new Readable({ read: () => undefined });

describe('readBytes', () => {
  it('joins the chunks, up to exactly the limit', async () => {
    const pieces = ['ab', 'c', '', 'de'].map((text) => Buffer.from(text));
    expect(String(await readBytes(Readable.from(pieces, { objectMode: false }), 5))).toBe('abcde');
    expect((await readBytes(Readable.from([]), 5)).length).toBe(0);
    await expect(readBytes(Readable.from(pieces), 4)).rejects.toThrow(PayloadTooLargeProblem);
  });

  it('fails when the stream breaks, closes early, or was closed before it was read', async () => {
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

  it('fails when the bytes arrive too slowly or take too long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const dripping = endless();
      const slow = expect(readBytes(dripping, 100_000)).rejects.toThrow('The body did not come in time');
      dripping.push(Buffer.alloc(6_000));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(dripping.listenerCount('data')).toBe(1);
      dripping.push(Buffer.alloc(1_000));
      await vi.advanceTimersByTimeAsync(5_000);
      await slow;

      const lasting = endless();
      const late = expect(readBytes(lasting, 1_000_000)).rejects.toMatchObject({ status: 408 });
      for (let i = 0; i < 12; i++) {
        lasting.push(Buffer.alloc(20_000));
        await vi.advanceTimersByTimeAsync(5_000);
      }
      await late;
    } finally {
      vi.useRealTimers();
    }
  });

  it('removes its listeners, so that later bytes are neither counted nor kept', async () => {
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
