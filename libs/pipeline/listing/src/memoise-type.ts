import type { Type } from '@nestjs/common';

const made = new Map<string, WeakMap<Type<unknown>, Type<unknown>>>();

/**
 * Names a generic class after its item, e.g. `BookPage` for `BookDto`, and returns the same class for the same item,
 * so that the OpenAPI document contains one schema of it.
 */
export function memoiseType<T>(kind: string, item: Type<unknown>, make: () => Type<T>): Type<T> {
  const classes = made.get(kind) ?? new WeakMap<Type<unknown>, Type<unknown>>();
  made.set(kind, classes);
  if (!classes.has(item)) {
    const name = item.name.replace(/Dto$/, '') + kind;
    classes.set(item, Object.defineProperty(make(), 'name', { value: name }));
  }
  return classes.get(item) as Type<T>;
}
