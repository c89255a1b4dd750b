import { describe, expect, it } from 'vitest';
import { run } from '../testing/run.js';
import { NestedField, StringField } from '../index.js';
import { sift } from './sift.js';

let made = 0;

class Item {
  @StringField()
  name: string;

  constructor() {
    made++;
  }
}

class Items {
  @NestedField(() => Item, { isArray: true })
  items: Item[];
}

const many = (length: number) => Object.fromEntries(Array.from({ length }, (_, i) => [`f${i}`, i]));

describe('protects the libraries from', () => {
  it('all but 100 of many unknown fields', async () => {
    const input = { ...many(75_000), items: [] };
    expect(Object.keys(sift(input, new Set(['items'])).rest)).toEqual([...Object.keys(many(100)), 'items']);
    const { errors } = await run(Items, input);
    expect(errors).toHaveLength(100);
    expect(errors.at(-1)).toEqual({ path: 'f99', code: 'unknown', message: 'f99 is not a known field' });
  });

  it('more objects or keys than they can process quickly', async () => {
    const items = Array.from({ length: 50_000 }, () => ({ name: 1 }));
    expect((await run(Items, { items })).codes).toEqual(['items:maxValues']);
    expect((await run(Items, { items: [many(10_000)] })).codes).toEqual(['items:maxValues']);
    expect(made).toBe(0);
  });

  it('names that they skip, and depths at which they overflow', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const json = `{${JSON.stringify(name)}:1}`;
      expect((await run(Items, JSON.parse(`{"items":[],"${name}":1}`))).codes).toEqual([`${name}:unknown`]);
      expect((await run(Items, JSON.parse(`{"items":[${json}]}`))).codes).toEqual(['items:unknown']);
    }
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    expect((await run(Items, { items: deep })).codes).toEqual(['items:maxDepth']);
    expect((await run(Items, { items: [], x: deep })).codes).toEqual(['x:unknown']);
  });
});

it('reports at most 100 errors of many bad items', async () => {
  const items = Array.from({ length: 2_000 }, () => ({ name: 1 }));
  expect((await run(Items, { items })).errors).toHaveLength(100);
});

it('reports a removed field in its original position', async () => {
  class Pair {
    @StringField()
    a: string;

    @StringField({ optional: true })
    b?: string;

    @StringField()
    c: string;
  }
  const { codes } = await run(Pair, { z: 1, constructor: 1, c: 1, b: 'x\0', a: '\ud800' });
  expect(codes).toEqual([
    'a:isWellFormed',
    'b:isWellFormed',
    'c:isString',
    'z:unknown',
    'constructor:unknown',
  ]);
});
