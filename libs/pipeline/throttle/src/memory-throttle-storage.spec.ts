import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';
import { hit, type ThrottleWindow } from './throttle-window.js';

describe('MemoryThrottleStorage', () => {
  it('matches the model for any sequence of hits and clock steps', () => {
    const step = fc.record({
      key: fc.nat(3),
      pause: fc.oneof(fc.nat(30), fc.constantFrom(0, 999, 1_000, 1_001)),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 100 }), (limit, steps) => {
        let now = 0;
        const storage = new MemoryThrottleStorage({ now: () => now });
        const model = new Map<number, ThrottleWindow>();
        for (const { key, pause } of steps) {
          now += pause;
          const expected = hit(model.get(key), limit, 1_000, now);
          model.set(key, expected.window);
          expect(storage.hit(String(key), limit, 1_000)).toEqual(expected);
        }
      }),
    );
  });

  it('measures in whole milliseconds, so that rounding up to seconds never adds one', () => {
    const storage = new MemoryThrottleStorage();
    for (let i = 0; i < 1_000; i++) expect(storage.hit('key', 5_000, 60_000).resetMs % 1).toBe(0);
  });

  it('admits exactly the limit out of 200 concurrent requests', async () => {
    const storage = new MemoryThrottleStorage();
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, async () => storage.hit('key', 50, 60_000)),
    );
    expect(verdicts.filter((verdict) => verdict.passed)).toHaveLength(50);
    expect(verdicts.filter((verdict) => verdict.passed).map((verdict) => verdict.remaining)).toEqual(
      Array.from({ length: 50 }, (_, i) => 49 - i),
    );
  });

  it('keeps its blocks and its memory bound under a flood of new keys', () => {
    const storage = new MemoryThrottleStorage({ capacity: 1_000, now: () => 0 });
    storage.hit('attacker', 1, 60_000);
    expect(storage.hit('attacker', 1, 60_000).passed).toBe(false);
    for (let i = 0; i < 100_000; i++) storage.hit(`decoy ${i}`, 1, 60_000);
    expect(storage.size).toBeLessThanOrEqual(1_001);
    expect(storage.hit('attacker', 1, 60_000).passed).toBe(false);
  });

  it('bounds the blocked keys as well', () => {
    const storage = new MemoryThrottleStorage({ capacity: 100, now: () => 0 });
    for (let i = 0; i < 10_000; i++) {
      storage.hit(`caller ${i}`, 1, 60_000);
      storage.hit(`caller ${i}`, 1, 60_000);
    }
    expect(storage.size).toBeLessThanOrEqual(200);
  });

  it('reports an externally set block until it ends, without counting the query', () => {
    let now = 0;
    const storage = new MemoryThrottleStorage({ now: () => now });
    storage.hit('key', 5, 1_000);
    expect(storage.blockOf('key')).toBeUndefined();
    storage.block('key', 400);
    expect(storage.blockOf('key')).toEqual({ passed: false, remaining: 0, resetMs: 400 });
    expect(storage.hit('key', 5, 1_000).passed).toBe(false);
    now = 400;
    expect(storage.blockOf('key')).toBeUndefined();
    expect(storage.hit('key', 5, 1_000)).toMatchObject({ passed: true, remaining: 4 });
  });
});
