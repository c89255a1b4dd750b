import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { advisoryLock } from './advisory-lock.js';

const root = new URL('../../../../', import.meta.url);

/** Lines of product source that take an advisory lock or name one. */
const lines = globSync('{libs,apps}/**/src/**/*.ts', {
  cwd: root,
  exclude: ['**/node_modules/**', '**/*.spec.ts'],
})
  .flatMap((file) => readFileSync(new URL(file, root), 'utf8').split('\n'))
  .filter((line) => /pg_(try_)?advisory|(advisoryLock|takeLock)\('/.test(line));

it('has a number that PostgreSQL accepts, unique per name', () => {
  const number = advisoryLock('books.import');
  expect(BigInt.asIntN(64, BigInt(number)).toString()).toBe(number);
  expect(advisoryLock('books.import')).toBe(number);
  expect(advisoryLock('books.export')).not.toBe(number);
});

it('is the only source of lock numbers, and each name is used once', () => {
  const names = lines.flatMap((line) => /(?:advisoryLock|takeLock)\('(.+?)'/.exec(line)?.[1] ?? []);
  expect(names.length).toBeGreaterThan(5);
  expect(names).toEqual([...new Set(names)]);
  expect(lines.filter((line) => /advisory\w*\(\d/.test(line))).toEqual([]);
});
