import { registerDecorator } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalQuery, EnumField, IntegerField, StringField, StringsField } from '../index.js';
import { ValidationPipe } from '../validation.pipe.js';
import { parseForm } from '../body/parse.js';
import { InputMemory } from './input-memory.js';

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

const memory = () => new InputMemory(Listing, 'query', new ValidationPipe());
const read = (raw: string, from = memory()) => from.read(raw, () => parseForm(raw, 'The query'));
const key = async (raw: string) => canonicalQuery(await read(raw));

describe('canonicalQuery', () => {
  it('is the same for every order and spelling of the same query', async () => {
    await fc.assert(
      fc.asyncProperty(listing, fc.infiniteStream(fc.nat()), fc.boolean(), async (fields, ranks, padded) => {
        const pairs = Object.entries(fields) as Pair[];
        const shuffled = pairs
          .map((pair) => ({ pair, rank: ranks.next().value }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ pair: [name, value] }): Pair => [
            name,
            padded && name.startsWith('page') ? `0${value}` : value,
          ]);
        expect(await key(encode(shuffled))).toBe(await key(encode(pairs)));
      }),
    );
  });

  it('is the same exactly when the meaning is the same', async () => {
    await fc.assert(
      fc.asyncProperty(listing, listing, async (a, b) => {
        const [keyOfA, keyOfB] = [await key(encode(Object.entries(a))), await key(encode(Object.entries(b)))];
        const isSameKey = keyOfA === keyOfB;
        expect(isSameKey).toBe(meaning({ ...a, q: a.q ?? null }) === meaning({ ...b, q: b.q ?? null }));
      }),
      { numRuns: 2000 },
    );
  });

  it('is stable over absent, default and explicit values', async () => {
    const same = ['', 'page=1', 'pageSize=10&page=1', 'order=asc', 'page=%31'];
    expect(new Set(await Promise.all(same.map(key))).size).toBe(1);
    expect(await key('tag=a&tag=b')).not.toBe(await key('tag=b&tag=a'));
    expect(await key('tag=a&tag=b')).not.toBe(await key('tag=a,b'));
  });
});

describe('the cache of queries', () => {
  it('returns the same frozen instance for the same text', async () => {
    const queries = memory();
    const first = (await read('page=2&tag=a', queries)) as Listing;
    expect(await read('page=2&tag=a', queries)).toBe(first);
    expect(queries.get('page=2&tag=a')).toBe(first);
    expect(() => (first.page = 3)).toThrow(TypeError);
    expect(() => first.tag!.push('b')).toThrow(TypeError);
  });

  it('is bounded, and holds only valid and short queries', async () => {
    const queries = memory();
    const first = await read('page=1', queries);
    for (let i = 2; i <= 20_001; i++) await read(`page=${i}`, queries);
    expect(await read('page=1', queries)).not.toBe(first);
    const long = `q=${'a'.repeat(1000)}`;
    expect(await read(long, queries)).not.toBe(await read(long, queries));
    for (let i = 0; i < 2; i++) await expect(read('page=0', queries)).rejects.toThrow('1 field is invalid');
  });

  it('holds no query that an async rule has checked', async () => {
    let isFree = true;
    const isFreeNow = { validate: () => Promise.resolve(isFree) };
    class Named {
      @((target: object, propertyName: string) =>
        registerDecorator({
          target: target.constructor,
          propertyName,
          name: 'free',
          async: true,
          validator: isFreeNow,
        }))
      name: string;
    }
    const queries = new InputMemory(Named, 'query', new ValidationPipe());
    await read('name=a', queries);
    isFree = false;
    await expect(read('name=a', queries)).rejects.toThrow('1 field is invalid');
  });
});
