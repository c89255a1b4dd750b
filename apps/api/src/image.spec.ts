import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, normalize } from 'node:path';
import { expect, it } from 'vitest';

const WORKSPACE = join(import.meta.dirname, '../../..');

/** What `.dockerignore` leaves out of the folders that the image is built from. */
const leftOut = readFileSync(join(WORKSPACE, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.includes('/'))
  .filter((line) => !line.startsWith('!'));

const isInImage = (file: string): boolean =>
  !leftOut.some((pattern) => matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`));

it('builds the image without the support of tests: no source imports a file that the image leaves out', () => {
  const files = execFileSync('git', ['ls-files', 'libs/**/*.ts', 'apps/api/**/*.ts'], {
    cwd: WORKSPACE,
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  const sources = files.filter((file) => isInImage(file) && !file.startsWith('libs/platform/testing/'));
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.length).toBeLessThan(files.length);
  const missing = sources.flatMap((file) => {
    const imports = readFileSync(join(WORKSPACE, file), 'utf8').matchAll(/from '([^']+)'/g);
    return [...imports]
      .map(([, path]) => path!)
      .filter((path) =>
        path.startsWith('.')
          ? !isInImage(normalize(join(dirname(file), path)).replace(/\.js$/, '.ts'))
          : /^@gatehouse\/(testing$|.+\/testing$)/.test(path),
      )
      .map((path) => `${file}: ${path}`);
  });
  expect(missing).toEqual([]);
});
