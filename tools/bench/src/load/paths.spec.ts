import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOOKS, paths } from './paths.js';

const request = fc.nat({ max: 60_000_000 });

describe('paths', () => {
  it('requests a different list each time, with valid years that include every book', () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        expect(paths.newList(one) === paths.newList(other)).toBe(one === other);
        const query = new URL(paths.newList(one), 'http://localhost').searchParams;
        const [from, to] = [Number(query.get('publishedFrom')), Number(query.get('publishedTo'))];
        expect(from).toBeGreaterThanOrEqual(-9999);
        expect(from).toBeLessThanOrEqual(1800);
        expect(to).toBeGreaterThanOrEqual(2020);
        expect(to).toBeLessThanOrEqual(9999);
      }),
    );
  });

  it('requests every book in turn', () => {
    const ids = Array.from({ length: BOOKS + 1 }, (_, n) => Number(paths.nextBook(n).split('/').pop()));
    expect(new Set(ids)).toEqual(new Set(Array.from({ length: BOOKS }, (_, i) => i + 1)));
    expect(ids.at(-1)).toBe(1);
  });
});
