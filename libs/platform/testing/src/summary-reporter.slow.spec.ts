import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const REPORTER = join(import.meta.dirname, 'summary-reporter.ts');

it('ends a run with what failed and the counts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-summary-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const spec = (name: string, text: string) => writeFileSync(join(folder, `${name}.spec.ts`), text);
  spec('good', `it('passes', () => undefined); it.skip('waits', () => undefined);`);
  spec('bad', `describe('a', () => it('fails', () => { throw new Error('first\\nsecond'); }));`);
  spec('broken', `throw new Error('cannot be loaded');`);
  const args = [VITEST, 'run', '--globals', '--root', folder, `--reporter=${REPORTER}`];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  expect([status, lines.at(-1)]).toEqual([1, '1 passed, 2 failed, 1 skipped']);
  expect(lines.slice(-4, -1).toSorted()).toEqual([
    'FAILED bad.spec.ts > a > fails: first second',
    'FAILED broken.spec.ts: cannot be loaded',
    'SKIPPED good.spec.ts: 1 tests',
  ]);
});
