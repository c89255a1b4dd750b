import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WindowTable } from './window-table.js';

const windowUntil = (resetsAt: number) => ({ hits: 1, resetsAt, blocked: false });

describe('WindowTable', () => {
  it('never outgrows its capacity and always keeps the key just set', () => {
    const step = fc.record({ key: fc.nat(40), ttl: fc.integer({ min: 1, max: 50 }), remove: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.array(step, { maxLength: 200 }), (capacity, steps) => {
        const table = new WindowTable(capacity);
        steps.forEach(({ key, ttl, remove }, now) => {
          if (remove) return table.delete(String(key));
          table.set(String(key), windowUntil(now + ttl), now);
          expect(table.get(String(key))?.resetsAt).toBe(now + ttl);
          expect(table.size).toBeLessThanOrEqual(capacity);
        });
      }),
    );
  });

  it('removes expired windows as new keys arrive, long before it is full', () => {
    const table = new WindowTable(1_000_000);
    for (let now = 0; now < 50_000; now++) table.set(`key ${now}`, windowUntil(now + 100), now);
    expect(table.size).toBeLessThan(400);
  });

  it('keeps everything that has not expired while there is room', () => {
    const table = new WindowTable(1_000);
    for (let i = 0; i < 1_000; i++) table.set(`key ${i}`, windowUntil(5_000), i);
    expect(table.size).toBe(1_000);
    table.set('one more', windowUntil(5_000), 1_000);
    expect(table.size).toBe(1_000);
  });
});
