import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalQuery, EnumField, IntegerField, StringField, StringsField } from '../index.js';
import { QueryValidator } from './query-validator.js';

class Listing {
  @IntegerField({ min: 1, default: 1 })
  page: number;

  @IntegerField({ min: 1, max: 100, default: 10 })
  pageSize: number;

  @StringField({ optional: true })
  q?: string;

  @EnumField(['asc', 'desc'], { default: 'asc' })
  order: string;

  @StringsField({ optional: true })
  tag?: string[];
}

type Pair = [name: string, value: string];

const listing = fc.record(
  {
    page: fc.integer({ min: 1, max: 5 }).map(String),
    pageSize: fc.integer({ min: 8, max: 12 }).map(String),
    q: fc.string({ unit: 'binary-ascii', maxLength: 8 }).filter((text) => !text.includes('\0')),
    order: fc.constantFrom('asc', 'desc'),
  },
  { requiredKeys: [] },
);

const encode = (pairs: Pair[]) =>
  pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
const meaning = (fields: object) =>
  JSON.stringify({ page: '1', pageSize: '10', order: 'asc', q: null, ...fields });

function key(raw: string, validator = new QueryValidator(Listing)): string {
  const errors: never[] = [];
  const query = validator.validate(raw, errors);
  expect(errors).toEqual([]);
  return canonicalQuery(query);
}

describe('canonicalQuery', () => {
  it('is the same for every order and spelling of the same query', () => {
    fc.assert(
      fc.property(listing, fc.infiniteStream(fc.nat()), fc.boolean(), (fields, ranks, padded) => {
        const pairs = Object.entries(fields) as Pair[];
        const shuffled = pairs
          .map((pair) => ({ pair, rank: ranks.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ pair: [name, value] }): Pair => [
            name,
            padded && name.startsWith('page') ? `0${value}` : value,
          ]);
        expect(key(encode(shuffled))).toBe(key(encode(pairs)));
      }),
    );
  });

  it('is the same exactly when the meaning is the same', () => {
    fc.assert(
      fc.property(listing, listing, (a, b) => {
        const isSameKey = key(encode(Object.entries(a))) === key(encode(Object.entries(b)));
        expect(isSameKey).toBe(meaning({ ...a, q: a.q ?? null }) === meaning({ ...b, q: b.q ?? null }));
      }),
      { numRuns: 2000 },
    );
  });

  it('is stable over absent, default and explicit values', () => {
    expect(
      new Set(['', 'page=1', 'pageSize=10&page=1', 'order=asc', 'page=%31'].map((raw) => key(raw))).size,
    ).toBe(1);
    expect(key('tag=a&tag=b')).not.toBe(key('tag=b&tag=a'));
    expect(key('tag=a&tag=b')).not.toBe(key('tag=a,b'));
  });
});

describe('the memory of queries', () => {
  it('gives the same frozen instance for the same text', () => {
    const validator = new QueryValidator(Listing);
    const first = validator.validate('page=2&tag=a', []) as Listing;
    expect(validator.validate('page=2&tag=a', [])).toBe(first);
    expect(() => (first.page = 3)).toThrow(TypeError);
    expect(() => first.tag!.push('b')).toThrow(TypeError);
  });

  it('is bounded, and holds only what is valid and short', () => {
    const validator = new QueryValidator(Listing);
    const first = validator.validate('page=1', []);
    for (let i = 2; i < 1200; i++) validator.validate(`page=${i}`, []);
    expect(validator.validate('page=1', [])).not.toBe(first);
    const long = `q=${'a'.repeat(1000)}`;
    expect(validator.validate(long, [])).not.toBe(validator.validate(long, []));
    for (let i = 0; i < 2; i++) {
      const errors: object[] = [];
      validator.validate('page=0', errors as never);
      expect(errors).toHaveLength(1);
    }
  });
});
