import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import type { ServerUser } from './server-user.js';

/** The programs of one PostgreSQL version, all in `folder`. */
export interface ServerBinaries {
  readonly folder: string;
  readonly version: string;
  readonly major: string;
}

/** Root's private folder for files that the `postgres` user must reach but cannot in the checkout. */
export const SYSTEM_FOLDER = '/var/lib/gatehouse';

/** Environment of the programs: without this application's secrets, and the same on every machine. */
export const PROGRAM_ENVIRONMENT = {
  PATH: process.env['PATH'],
  SystemRoot: process.env['SystemRoot'],
  LC_ALL: 'C',
  TZ: 'UTC',
};

const run = promisify(execFile);

/**
 * Finds the PostgreSQL that npm installed and ensures that the user can run it. When the user cannot enter the
 * checkout (under `/root`, say), the programs are copied to {@link SYSTEM_FOLDER} once.
 * @param from file or URL whose `node_modules` are searched
 * @throws {EmbeddedPostgresError} when it is not installed, or does not run here
 */
export async function findServerBinaries(user: ServerUser, from = import.meta.url): Promise<ServerBinaries> {
  const { native, version, packageName } = await findPackage(from);
  await linkLibraries(native);
  const installed = { folder: join(native, 'bin'), version, major: version.split('.')[0]! };
  const problem = await whyNotRunnable(installed, user);
  if (!problem) return installed;
  if (user.uid !== undefined) {
    const copy = join(SYSTEM_FOLDER, `postgresql-${version}-${process.arch}`);
    const copied = { ...installed, folder: join(copy, 'bin') };
    if (await whyNotRunnable(copied, user)) await copyForUser(native, copy);
    if (!(await whyNotRunnable(copied, user))) return copied;
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL of ${packageName} does not run here: ${problem}\n` +
      `If install scripts are disabled and the folder is read-only, run "npm rebuild ${packageName}".`,
  );
}

async function findPackage(from: string): Promise<{ native: string; version: string; packageName: string }> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const wrapper = createRequire(from).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(packageName);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version, packageName };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `DATABASE_URL is not set and the embedded PostgreSQL (${packageName}) is not installed: run "npm ci".`,
      { cause },
    );
  }
}

/** The package leaves these links to an install script, which is often disabled. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(native, relative('native', target))).catch(
      (error: NodeJS.ErrnoException) => {
        if (!['EEXIST', 'ENOENT', 'EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
      },
    );
  }
}

async function whyNotRunnable({ folder }: ServerBinaries, user: ServerUser): Promise<string | undefined> {
  try {
    const programs = ['postgres', 'initdb', 'pg_ctl'].map((program) => join(folder, program));
    await Promise.all(
      programs.map((program) =>
        run(program, ['--version'], { ...user, cwd: tmpdir(), env: PROGRAM_ENVIRONMENT }),
      ),
    );
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

async function copyForUser(native: string, target: string): Promise<void> {
  const staging = `${target}.${process.pid}`;
  await mkdir(SYSTEM_FOLDER, { recursive: true });
  await chmod(SYSTEM_FOLDER, 0o755);
  try {
    await cp(native, staging, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', staging]);
    await linkLibraries(staging);
    await rename(staging, target).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
