import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const WORKSPACE = join(import.meta.dirname, '../../../..');

/** The packages of the workspace that each one declares. */
const declared = new Map(
  globSync('{apps,libs/*,tools}/*/package.json', { cwd: WORKSPACE }).map((file) => {
    const manifest = JSON.parse(readFileSync(join(WORKSPACE, file), 'utf8')) as Record<string, object>;
    const names = Object.keys({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    return [String(manifest['name']), names] as const;
  }),
);

function dependents(name: string, found = new Set([name])): Set<string> {
  for (const [each, names] of declared) {
    if (names.includes(name) && !found.has(each)) dependents(each, found.add(each));
  }
  return found;
}

function nx<Answer>(...args: string[]): Answer {
  const command = [join(WORKSPACE, 'node_modules/nx/dist/bin/nx.js'), ...args];
  const env = { ...process.env, NX_DAEMON: 'false' };
  // A task graph with all its inputs is larger than the buffer that Node gives by default.
  const options = { cwd: WORKSPACE, env, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync(process.execPath, command, options)) as Answer;
}

it.each([
  ['libs/platform/mail/src/index.ts', '@gatehouse/mail'],
  ['libs/features/users/src/users.service.ts', '@gatehouse/users'],
])('affects what depends on it by a change of %s', (file, name) => {
  const affected = nx<string[]>('show', 'projects', '--affected', `--files=${file}`, '--json');
  expect(affected.toSorted()).toEqual([...dependents(name)].toSorted());
});

it('tests users again when a library below changes', () => {
  const { files } = nx<{ files: string[] }>('show', 'target', 'inputs', 'users:test', '--json');
  expect(files).toContain('libs/features/users/src/users.service.ts');
  expect(files).toContain('libs/platform/text/src/index.ts');
});

it.each(['build', 'typecheck'])('builds the libraries below for the target %s of users', (target) => {
  const { tasks } = nx<{ tasks: { tasks: object } }>('run', `users:${target}`, '--graph=stdout');
  expect(tasks.tasks).toHaveProperty([`@gatehouse/users:${target}`]);
  expect(tasks.tasks).toHaveProperty(['@gatehouse/text:build']);
});
