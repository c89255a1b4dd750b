import { describe, expect, it } from 'vitest';
import { hit, type ThrottleWindow } from './throttle-window.js';

const TTL = 60_000;

function hits(limit: number, times: number[]): string[] {
  let window: ThrottleWindow | undefined;
  return times.map((now) => {
    const next = hit(window, limit, TTL, now);
    window = next.window;
    return `${next.passed ? 'pass' : 'refuse'} ${next.remaining} ${next.resetMs}`;
  });
}

describe('hit', () => {
  it('opens a window with the first request and ends it one ttl later', () => {
    expect(hits(2, [5_000, 6_000, 64_999, 65_000])).toEqual([
      'pass 1 60000',
      'pass 0 59000',
      'refuse 0 60000',
      'refuse 0 59999',
    ]);
    expect(hits(3, [5_000, 6_000, 65_000])).toEqual(['pass 2 60000', 'pass 1 59000', 'pass 2 60000']);
  });

  it('blocks for a whole ttl from the request that exceeds the limit, however late in the window', () => {
    expect(hits(1, [0, 59_999, 60_000, 119_998, 119_999])).toEqual([
      'pass 0 60000',
      'refuse 0 60000',
      'refuse 0 59999',
      'refuse 0 1',
      'pass 0 60000',
    ]);
  });

  it('does not extend a block when it refuses requests', () => {
    const flood = Array.from({ length: 100 }, (_, i) => i * 100);
    expect(hits(1, [0, ...flood]).at(-1)).toBe('refuse 0 50100');
    expect(hits(1, [0, ...flood, 60_000]).at(-1)).toBe('pass 0 60000');
  });
});
