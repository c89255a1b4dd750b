import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { advisoryLock } from '@gatehouse/database';
import { type DataFolder, openDataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { findPostmaster, type Launch, launchPostmaster, stopPostmaster } from './postmaster.js';
import { findServerBinaries, type ServerBinaries } from './server-binaries.js';
import { serverUser } from './server-user.js';

export interface EmbeddedPostgresOptions {
  /** The application's data folder; PostgreSQL's folder is `postgres` in it. */
  dataDir: string;
  /** Called with one line for each action. */
  log?: (message: string) => void;
  /** false trades safety for speed: a power failure may destroy the data. For tests only. */
  durable?: boolean;
}

export interface EmbeddedPostgres {
  /** URL for connecting as the superuser, on 127.0.0.1. */
  readonly url: string;
  /** Releases the server, and stops it unless another process still uses it. */
  stop(): Promise<void>;
}

/** A connection that holds the lock without keeping the process alive. */
type Lock = pg.Client & Record<'ref' | 'unref', () => void>;

/** Milliseconds until a server must be ready; includes crash recovery. */
const START_LIMIT = 60_000;
/** Held shared by every process that uses the server, exclusively by the one that stops it. */
const LOCK_KEY = advisoryLock('database.embedded');
/**
 * Start failures that are temporary: a concurrent start, a server that is stopping, or a port that was just taken.
 */
const PASSING = /lock file|still in use|could not bind|Address already in use/;
/** Milliseconds between checks of a server that is starting. */
const PAUSE = 25;
const NOT_DURABLE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts a real PostgreSQL from npm, for users without a server, or joins the one that already serves the same
 * folder: that of another process, or one that a killed process left behind. The server listens on 127.0.0.1 only and
 * requires a random password, which is kept in its folder.
 * @throws {EmbeddedPostgresError} when it is not installed, does not run here, or the data cannot be used
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => undefined, durable = true } = options;
  try {
    const newcomer = await serverUser();
    const binaries = await findServerBinaries(newcomer);
    const data = await openDataFolder(options.dataDir, binaries, newcomer, durable);
    const { url, lock } = await join(binaries, data, durable ? [] : NOT_DURABLE, log);
    let stopped: Promise<void> | undefined;
    return { url, stop: () => (stopped ??= leave(binaries, data, lock, log)) };
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be used: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** Connects to the server of the folder, starting it if necessary, and takes the shared lock. */
async function join(
  binaries: ServerBinaries,
  data: DataFolder,
  settings: string[],
  log: (message: string) => void,
) {
  const deadline = Date.now() + START_LIMIT;
  let launch: Launch | undefined;
  let reason: unknown;
  while (Date.now() < deadline) {
    const running = await findPostmaster(data.path);
    if (running) {
      try {
        const { url, lock, version } = await takeShare(data, running.port);
        const what = launch && !launch.ended ? 'started' : 'was already running';
        log(`PostgreSQL ${version} ${what} on 127.0.0.1:${running.port}, data in ${data.path}`);
        return { url, lock };
      } catch (error) {
        reason = error;
      }
    } else if (!launch || launch.ended) {
      const output = await launch?.output();
      if (output !== undefined && !PASSING.test(output)) {
        throw new EmbeddedPostgresError(`PostgreSQL did not start:\n${output}`);
      }
      launch = await launchPostmaster(binaries, data, settings);
    }
    await sleep(PAUSE);
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL is not ready after ${START_LIMIT / 1000} seconds; its log is in ${data.path}. ${String(reason ?? '')}`,
  );
}

async function takeShare(
  { password }: DataFolder,
  port: number,
): Promise<{ url: string; lock: Lock; version: string }> {
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  const lock = new pg.Client({ connectionString: url, application_name: 'gatehouse-embedded' }) as Lock;
  lock.on('error', () => undefined);
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock_shared($1)', [LOCK_KEY]);
    const { rows } = await lock.query<{ server_version: string }>('SHOW server_version');
    lock.unref();
    return { url, lock, version: rows[0]!.server_version };
  } catch (error) {
    await lock.end();
    throw error;
  }
}

/** Releases the shared lock, and stops the server when no other process holds it. */
async function leave(binaries: ServerBinaries, data: DataFolder, lock: Lock, log: (message: string) => void) {
  lock.ref();
  const last = await lock
    .query<{ last: boolean }>('SELECT pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) AS last', [
      LOCK_KEY,
    ])
    .then(
      ({ rows }) => rows[0]!.last,
      () => true,
    );
  if (last) {
    await stopPostmaster(binaries, data);
    log('PostgreSQL stopped');
  }
  await lock.end();
}
