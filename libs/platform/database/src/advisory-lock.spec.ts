import { expect, it } from 'vitest';
import { advisoryLock } from './advisory-lock.js';

it('has a number that PostgreSQL accepts, unique per name', () => {
  const number = advisoryLock('books.import');
  expect(BigInt.asIntN(64, BigInt(number)).toString()).toBe(number);
  expect(advisoryLock('books.import')).toBe(number);
  expect(advisoryLock('books.export')).not.toBe(number);
});
