#!/usr/bin/env node
/**
 * Makes projects of the template, and tests each: lint, types, tests, start and smoke test.
 *
 *     npm run test:template                          everything
 *     npm run test:template -- --only minimal,full   some of the projects; --list names all
 *     npm run test:template -- --quick               with few tests
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const TEMPLATE = join(import.meta.dirname, '..');
/** With `--quick`: what fails first when a feature is missing. */
const QUICK = ['apps/api-e2e/src/workspace', 'apps/api-e2e/src/openapi/openapi-snapshots', 'apps/api/src'];
const MINIMAL = ['auth', 'users'];
const FIELDS =
  'name:string(1..100), isPublic:boolean, size:enum(small|large), weight:number(0..9)?, owner:user';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean' },
    list: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});

const features = readdirSync(join(TEMPLATE, 'libs/features'));
const usedBy = new Map(features.map((name) => [name, dependenciesOf(name)]));
/** Projects by name: the features that they keep, and whether they get one of their own. */
const projects = {
  full: { features },
  minimal: { features: MINIMAL },
  generated: { features: MINIMAL, generates: true },
  ...Object.fromEntries(removable().map((name) => [`without-${name}`, { features: without(name) }])),
};

function dependenciesOf(name) {
  const { dependencies = {} } = JSON.parse(
    readFileSync(join(TEMPLATE, 'libs/features', name, 'package.json'), 'utf8'),
  );
  return features.filter((each) => Object.keys(dependencies).some((other) => other.endsWith(`/${each}`)));
}

/** The features without one and those that use it. */
function without(name) {
  const gone = new Set([name]);
  for (const each of gone) for (const user of features) if (usedBy.get(user).includes(each)) gone.add(user);
  return features.filter((each) => !gone.has(each));
}

function removable() {
  return features.filter((name) => MINIMAL.every((needed) => without(name).includes(needed)));
}

/** @returns what failed */
async function test(name, { features: kept, generates }) {
  const folder = mkdtempSync(join(tmpdir(), `template-${name}-`));
  const started = Date.now();
  const failed = [];
  const step = (what, command, ...parameters) => {
    const from = Date.now();
    const { status, stdout, stderr } = spawnSync(command, parameters, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}: ${what} (${seconds(from)})`);
    if (status !== 0) {
      failed.push(`${name}: ${what}`);
      console.log(`${stdout}${stderr}`.split('\n').slice(-60).join('\n'));
    }
    return status === 0;
  };
  try {
    copyTemplate(folder);
    const answers = [
      '--name=acme-shop',
      '--title=Acme Shop',
      `--features=${kept.join()}`,
      '--port=4000',
      '--yes',
    ];
    if (!step('setup', 'npm', 'run', 'setup', '--', ...answers)) return failed;
    if (generates) step('generate', 'npm', 'run', 'generate', '--', 'feature', 'shelves', '--fields', FIELDS);
    step('no old name', 'sh', '-c', '! git grep -i gatehouse');
    step('lint', 'npm', 'run', 'lint');
    step('types', 'npx', 'tsc', '-b');
    const paths = values.quick ? [...QUICK, ...(generates ? ['apps/api-e2e/src/shelves'] : [])] : [];
    step('tests', 'npx', 'vitest', 'run', ...paths, '--exclude', '**/*.slow.spec.ts');
    if (!(await smoke(folder))) failed.push(`${name}: start and smoke`);
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${failed.length === 0 ? 'ok  ' : 'FAIL'} ${name} after ${seconds(started)}`);
  return failed;
}

/** A clone with the dependencies and what is built, so that nothing is downloaded nor built twice. */
function copyTemplate(folder) {
  execFileSync('git', ['clone', '--quiet', TEMPLATE, folder]);
  execFileSync('cp', ['-al', join(TEMPLATE, 'node_modules'), folder]);
  for (const own of ['.package-lock.json', '.cache', '.vite'])
    rmSync(join(folder, 'node_modules', own), { recursive: true, force: true });
  cpSync(join(TEMPLATE, 'node_modules/.package-lock.json'), join(folder, 'node_modules/.package-lock.json'));
  for (const dist of globSync('{apps,tools,libs/*}/*/dist', { cwd: TEMPLATE }))
    if (existsSync(join(folder, dist, '..')))
      cpSync(join(TEMPLATE, dist), join(folder, dist), { recursive: true, preserveTimestamps: true });
}

async function smoke(folder) {
  const port = await freePort();
  const { DATABASE_URL: _, REDIS_URL: _redis, ...env } = process.env;
  const api = spawn('npm', ['start'], {
    cwd: folder,
    env: { ...env, PORT: String(port) },
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => api.once('exit', resolve));
  const from = Date.now();
  const { status, stdout } = spawnSync(process.execPath, ['tools/smoke.mjs', `http://127.0.0.1:${port}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, SMOKE_READY_SECONDS: '300' },
  });
  process.kill(-api.pid, 'SIGTERM');
  await ended;
  console.log(`${status === 0 ? 'ok  ' : `FAIL\n${stdout}`} start and smoke (${seconds(from)})`);
  return status === 0;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function seconds(from) {
  return `${Math.round((Date.now() - from) / 1000)} s`;
}

function chosen() {
  const names = Object.keys(projects);
  const asked = values.only?.split(',') ?? names;
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. The projects are ${names.join(', ')}`);
  return asked;
}

if (values.list) console.log(Object.keys(projects).join('\n'));
else {
  const failed = [];
  const names = chosen();
  for (const name of names) failed.push(...(await test(name, projects[name])));
  for (const each of failed) console.log(`FAILED ${each}`);
  console.log(
    `${names.length - new Set(failed.map((each) => each.split(':')[0])).size} passed, ${new Set(failed.map((each) => each.split(':')[0])).size} failed, 0 skipped`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
