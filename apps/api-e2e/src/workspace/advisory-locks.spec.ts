import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const WORKSPACE = new URL('../../../../', import.meta.url);

/** Lines of product source that take an advisory lock or name one. */
const lines = globSync('{libs,apps}/**/src/**/*.ts', {
  cwd: WORKSPACE,
  exclude: ['**/node_modules/**', '**/*.spec.ts'],
})
  .flatMap((file) => readFileSync(new URL(file, WORKSPACE), 'utf8').split('\n'))
  .filter((line) => /pg_(try_)?advisory|(advisoryLock|takeLock)\('/.test(line));

it('takes each advisory lock by a name of its own, and none by a number', () => {
  const names = lines.flatMap((line) => /(?:advisoryLock|takeLock)\('(.+?)'/.exec(line)?.[1] ?? []);
  // needs: every-feature
  expect(names.length).toBeGreaterThan(5);
  // end
  expect(names).toEqual([...new Set(names)]);
  expect(lines.filter((line) => /advisory\w*\(\d/.test(line))).toEqual([]);
});
