import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { advisoryLock } from './advisory-lock.js';
import { createMigrationDataSource, Migration } from './data-source.js';
import { NoDatabaseError } from './no-database.error.js';
import { isAlreadyThere, mayNotWrite } from './postgres-errors.js';

/** Whoever migrates holds this advisory lock. */
const LOCK_KEY = advisoryLock('database.migrate');

export interface MigrateOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  migrations?: Migration[];
  /** Told, in one line each, what is done. */
  log?: (message: string) => void;
}

/**
 * Runs the migrations that the database has not seen, in the order of their timestamps, each in a transaction of
 * its own. Any number of processes may do this at once: one works, the others wait for it.
 *
 * @returns the names of those that were run here
 * @throws {NoDatabaseError} when it cannot connect, may not migrate, or the database is not one that can be used
 * @throws the error of the first that fails; those before it stay done
 */
export function migrate(options: MigrateOptions): Promise<string[]> {
  const { url, log } = options;
  return withMigrations(options, async (dataSource) => {
    const migrated = await dataSource.runMigrations({ transaction: 'each' }).catch((error: unknown) => {
      const hint = hintFor(error);
      throw hint ? new NoDatabaseError(url, new Error(hint)) : error;
    });
    const done = migrated.map(({ name }) => name);
    for (const name of done) log?.(`Migrated: ${name}`);
    return done;
  });
}

/**
 * Reverts the migration that was run last.
 *
 * @returns its name, or undefined when none has been run
 */
export function revertMigration(options: MigrateOptions): Promise<string | undefined> {
  return withMigrations(options, async (dataSource) => {
    const [last] = await new MigrationExecutor(dataSource).getExecutedMigrations();
    await dataSource.undoLastMigration({ transaction: 'each' });
    return last?.name;
  });
}

/** The migrations by their timestamps, and whether the database has seen them. */
export function migrationStatus(options: MigrateOptions): Promise<{ name: string; isDone: boolean }[]> {
  return withMigrations(options, async (dataSource) => {
    const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
    const waits = new Set(pending.map(({ name }) => name));
    const names = (options.migrations ?? []).map(({ name }) => name);
    return names
      .toSorted((one, other) => Number(one.slice(-13)) - Number(other.slice(-13)))
      .map((name) => ({ name, isDone: !waits.has(name) }));
  });
}

/** Works on the migrations of a database while no other process does. */
async function withMigrations<T>(
  { url, migrations = [], log = () => undefined }: MigrateOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = createMigrationDataSource(url, migrations);
  await dataSource.initialize().catch((error: unknown) => {
    throw new NoDatabaseError(url, error);
  });
  try {
    const [{ server_encoding: encoding }] = await dataSource.query('SHOW server_encoding');
    if (encoding !== 'UTF8')
      throw new NoDatabaseError(url, new Error(`its encoding is ${encoding} and must be UTF8`));
    const lock = dataSource.createQueryRunner();
    if (!(await haveSessions(lock, dataSource.createQueryRunner())))
      throw new NoDatabaseError(
        url,
        new Error(
          'the pooler in front of it gives each transaction another session, and locks and notifications need ' +
            'one that stays: let it pool sessions (PgBouncer: pool_mode = session), or connect to PostgreSQL itself',
        ),
      );
    const [{ free }] = await lock.query('SELECT pg_try_advisory_lock($1) AS free', [LOCK_KEY]);
    if (!free) {
      log('Another process is migrating the database: waiting for it');
      await lock.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    }
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** What to do about a failed migration, where that is known. */
function hintFor(error: unknown): string | undefined {
  const { message } = error as Error;
  if (mayNotWrite(error))
    return `its tables are not up to date, and this role may not change them (${message}): run "npm run db:migrate" as their owner`;
  if (isAlreadyThere(error))
    return `its tables were made by other migrations than these (${message}): use an empty database, or empty this one with "npm run db:reset"`;
  return undefined;
}

/** Rounds in which a pooler that is busy may hand out sessions as if they were the client's own. */
const ROUNDS = 3;

/** Whether each connection has a server process of its own, also while the other one is in a transaction. */
async function haveSessions(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const processOf = async (runner: QueryRunner) =>
    ((await runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }])[0].pid;
  for (let round = 0; round < ROUNDS; round++) {
    const before = await processOf(one);
    const begun = await other.startTransaction().then(
      () => true,
      () => false,
    );
    // A pooler of statements refuses transactions.
    if (!begun) return false;
    const isSame = (await processOf(other)) === before || (await processOf(one)) !== before;
    await other.rollbackTransaction();
    if (isSame) return false;
  }
  await other.release();
  return true;
}
