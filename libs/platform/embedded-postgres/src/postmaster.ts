import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { open, readFile, readlink, rename, rm, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DataFolder } from './data-folder.js';
import { PROGRAM_ENVIRONMENT, type ServerBinaries } from './server-binaries.js';

/** Information about a data folder's server from postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** A server that this process has started. */
export interface Launch {
  /** Whether it has ended. */
  ended: boolean;
  /** Its log output so far. */
  output(): Promise<string>;
}

/** Milliseconds between checks of a server that is stopping. */
const STOP_PAUSE = 20;
const LOG_FILE = 'gatehouse.log';
const LOG_LIMIT = 10_000_000;
const run = promisify(execFile);

/**
 * Finds the server of a data folder, whichever process started it, ready or not. A postmaster.pid left by a crash is
 * ignored. PostgreSQL replaces such a file itself unless the process id now belongs to another program of the same
 * user; in that case it is removed here.
 */
export async function findPostmaster(folder: string): Promise<Postmaster | undefined> {
  const file = join(folder, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n').map(Number);
  if (!pid || !isAlive(pid)) return undefined;
  if (await isServerOf(folder, pid)) return { pid, port: port ?? 0 };
  if (isAlive(pid)) await removeStale(file, text);
  return undefined;
}

/**
 * Starts PostgreSQL on a free port of 127.0.0.1, in a separate session: Ctrl-C in the terminal and the end of this
 * process do not affect it.
 * @param settings `name=value` to add to the defaults
 */
export async function launchPostmaster(
  { folder }: ServerBinaries,
  data: DataFolder,
  settings: readonly string[],
): Promise<Launch> {
  const port = await freePort();
  const log = await openLog(data);
  const options = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'log_min_messages=log',
    'log_checkpoints=off',
    ...settings,
  ].flatMap((setting) => ['-c', setting]);
  try {
    const server = spawn(join(folder, 'postgres'), ['-D', data.path, '-p', String(port), ...options], {
      ...data.user,
      cwd: folder,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.file.fd, log.file.fd],
      env: PROGRAM_ENVIRONMENT,
    });
    server.unref();
    const launch: Launch = { ended: false, output: () => readFrom(log.path, log.size) };
    server.once('error', () => (launch.ended = true));
    server.once('exit', () => (launch.ended = true));
    return launch;
  } finally {
    await log.file.close();
  }
}

/**
 * Stops the server of a data folder cleanly and waits for its end; clients are disconnected. pg_ctl must not do the
 * waiting: if another server starts immediately, it would wait for that one.
 */
export async function stopPostmaster({ folder }: ServerBinaries, data: DataFolder): Promise<void> {
  const running = await findPostmaster(data.path);
  if (!running) return;
  const options = { ...data.user, cwd: folder, detached: true, env: PROGRAM_ENVIRONMENT };
  await run(join(folder, 'pg_ctl'), ['stop', '-D', data.path, '-m', 'fast', '-W'], options);
  while ((await findPostmaster(data.path))?.pid === running.pid) await sleep(STOP_PAUSE);
}

/** Whether the process exists and this user may signal it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A server's working directory is its data folder. Where that is unreadable, its name is compared instead. */
async function isServerOf(folder: string, pid: number): Promise<boolean> {
  if (process.platform === 'win32') return true;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === folder;
  } catch {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(async () => {
      const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
      return stdout;
    });
    return command.includes('postgres');
  }
}

/**
 * Concurrent calls are possible, and a stopping server removes the file itself, so a missing file is not an error.
 */
async function removeStale(file: string, seen: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) === seen) await rm(aside);
  else await rename(aside, file);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function openLog(data: DataFolder) {
  const path = join(data.path, LOG_FILE);
  const file = await open(path, 'a', 0o600);
  if (data.user.uid !== undefined && data.user.gid !== undefined)
    await file.chown(data.user.uid, data.user.gid);
  let { size } = await file.stat();
  if (size > LOG_LIMIT) {
    await truncate(path);
    size = 0;
  }
  return { path, file, size };
}

async function readFrom(path: string, position: number): Promise<string> {
  return (await readFile(path)).subarray(position).toString('utf8').trim();
}
