import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The system user that runs PostgreSQL; empty: the user of this process. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

const run = promisify(execFile);

export const isRoot = process.getuid?.() === 0;

/**
 * Root's substitute, because PostgreSQL refuses to run as root: the system user `postgres`, created if necessary. Any
 * other user runs PostgreSQL as itself.
 */
export async function serverUser(): Promise<ServerUser> {
  if (!isRoot) return {};
  try {
    return await lookUp('postgres');
  } catch {
    return createUser();
  }
}

/** Whether the user may enter a folder, including all of its parents. */
export function canEnter(folder: string, user: ServerUser): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

async function createUser(): Promise<ServerUser> {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  try {
    await run('useradd', [...options, '--shell', '/usr/sbin/nologin', 'postgres']);
    return await lookUp('postgres');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and the user "postgres" could not be created: run as an ordinary user.',
      { cause },
    );
  }
}

async function lookUp(name: string): Promise<ServerUser> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
