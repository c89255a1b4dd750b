import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchedStream } from './batched-stream.js';

describe('BatchedStream', () => {
  const target = { write: vi.fn<(text: string) => void>(), flushSync: vi.fn() };
  let stream: BatchedStream;

  beforeEach(() => {
    vi.useFakeTimers();
    target.write.mockReset();
    target.flushSync.mockReset();
    stream = new BatchedStream(target);
  });
  afterEach(() => vi.useRealTimers());

  it('forwards lines in batches, after 50 ms at most', () => {
    stream.write('a\n');
    vi.advanceTimersByTime(30);
    stream.write('b\n');
    expect(target.write).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(target.write.mock.calls).toEqual([['a\nb\n']]);
    vi.advanceTimersByTime(1000);
    expect(target.write).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('forwards a full batch at once, without loss and in order', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `{"line":${i}}\n`);
    for (const line of lines) stream.write(line);
    expect(target.write.mock.calls.length).toBeGreaterThan(1);
    stream.flushSync();
    expect(target.write.mock.calls.flat().join('')).toBe(lines.join(''));
  });

  it('writes everything on flushSync', () => {
    stream.write('last\n');
    stream.flushSync();
    expect(target.write.mock.calls).toEqual([['last\n']]);
    expect(target.flushSync).toHaveBeenCalledTimes(1);
    expect(target.write.mock.invocationCallOrder[0]).toBeLessThan(
      target.flushSync.mock.invocationCallOrder[0]!,
    );
  });
});
