import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingNames } from '@gatehouse/config';
import { declarationsOf, namedLists } from '@gatehouse/modules';
import { features } from './features.js';

const WORKSPACE = join(import.meta.dirname, '../../..');
/** Names that are also terms of PostgreSQL, the operating system, HTTP, HTML or OpenAPI. */
const ORDINARY = [
  'access', 'action', 'actions', 'auth', 'example', 'examples', 'file', 'files', 'notification', 'notifications', 'user',
]; // prettier-ignore
const layers = ['libs/pipeline', 'libs/platform'];

const filesIn = (...folders: string[]): string[] =>
  execFileSync('git', ['ls-files', ...folders], { cwd: WORKSPACE, encoding: 'utf8' })
    .trim()
    .split('\n');

/** Whether a file is product source rather than test support. */
const isSource = (file: string): boolean =>
  file.endsWith('.ts') && !/spec|fixture|\/testing|\.child\.ts|\/test-/.test(file);

const withoutComments = (code: string): string => code.replace(/\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gs, '');

const singular = (name: string): string => name.replace(/s$/, '');

it('names no feature in the platform, nor in the pipeline', () => {
  const lower = new Set(filesIn(...layers).map((file) => file.split('/')[2]!));
  const upper = declarationsOf(features).filter(({ root }) => !lower.has(root));
  const settings = upper.flatMap((feature) => feature.settings ?? []);
  const own = new Set(settingNames([]));
  const names = [
    ...upper.flatMap(({ root, roles = [] }) => [`/api/v1/${root}`, root, singular(root), ...roles]),
    ...upper.flatMap((feature) =>
      namedLists(feature).flatMap(([, things]) => things.map(({ name }) => name)),
    ),
    ...[...settingNames(settings)].filter((name) => !own.has(name)),
  ];
  const pattern = new RegExp(
    `(?<![\\w.])(${names.filter((name) => !ORDINARY.includes(name)).join('|')})(?![\\w-])`,
    'gi',
  );
  const found = filesIn(...layers)
    .filter(isSource)
    .flatMap((file) => {
      const code = withoutComments(readFileSync(join(WORKSPACE, file), 'utf8'));
      return [...code.matchAll(pattern)].map(([name]) => `${file}: ${name}`);
    });
  expect(found).toEqual([]);
});
