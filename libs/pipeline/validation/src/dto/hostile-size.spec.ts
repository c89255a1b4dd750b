import { expect, it, vi } from 'vitest';
import type { FieldError } from '@gatehouse/http';
import { NestedField, StringField } from '../fields/index.js';
import { validate } from './validate.js';

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

/** How often an input is asked about one of its names. */
function spied(names: number) {
  const input = Object.fromEntries(Array.from({ length: names }, (_, i) => [`f${i}`, i]));
  const has = vi.spyOn(Set.prototype, 'has');
  const errors: FieldError[] = [];
  validate(Items, { ...input, items: [] }, 'json', 'body', errors);
  const looks = has.mock.calls.length;
  has.mockRestore();
  return { errors, looks };
}

it('stops at 100 errors in an object of many names', () => {
  const { errors, looks } = spied(75_000);
  expect(errors).toHaveLength(100);
  expect(looks).toBeLessThan(1_000);
});

it('stops at 100 errors in an array of many bad items', () => {
  const errors: FieldError[] = [];
  validate(Items, { items: Array.from({ length: 50_000 }, () => ({ name: 1 })) }, 'json', 'body', errors);
  expect(errors).toHaveLength(100);
  expect(made).toBeLessThan(200);
});
