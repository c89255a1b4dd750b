import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';
import { advisoryLock } from './advisory-lock.js';
import { createMigrationDataSource, Migration } from './data-source.js';
import { NoDatabaseError } from './no-database.error.js';
import { isAlreadyThere, mayNotWrite } from './postgres-errors.js';

/** Held by the process that migrates. */
const LOCK_KEY = advisoryLock('database.migrate');

export interface MigrateOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  migrations?: Migration[];
  /** Called with one line for each action. */
  log?: (message: string) => void;
}

/**
 * Runs pending migrations in the order of their timestamps, each in a separate transaction. Processes may call it
 * concurrently: one works, the others wait.
 * @returns the names of the migrations that this call has run
 * @throws {NoDatabaseError} when it cannot connect, lacks privileges, or cannot use the database
 * @throws the error of the first failing migration; previous ones stay applied
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
 * Reverts the last migration.
 * @returns its name, or undefined when none has been run
 */
export function revertMigration(options: MigrateOptions): Promise<string | undefined> {
  return withMigrations(options, async (dataSource) => {
    const [last] = await new MigrationExecutor(dataSource).getExecutedMigrations();
    await dataSource.undoLastMigration({ transaction: 'each' });
    return last?.name;
  });
}

/** Lists the migrations by timestamp, and whether they have run. */
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

/** Runs work on the migrations of a database while no other process does. */
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

/** A hint for a failed migration, if its cause is known. */
function hintFor(error: unknown): string | undefined {
  const { message } = error as Error;
  if (mayNotWrite(error))
    return `its tables are not up to date, and this role may not change them (${message}): run "npm run db:migrate" as their owner`;
  if (isAlreadyThere(error))
    return `its tables were made by other migrations than these (${message}): use an empty database, or empty this one with "npm run db:reset"`;
  return undefined;
}

/** Number of checks, since a busy pooler may happen to hand out stable sessions. */
const ROUNDS = 3;

/** Whether each connection has its own server process, even while the other one is in a transaction. */
async function haveSessions(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const processOf = async (runner: QueryRunner) =>
    ((await runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }])[0].pid;
  for (let round = 0; round < ROUNDS; round++) {
    const before = await processOf(one);
    const begun = await other.startTransaction().then(
      () => true,
      () => false,
    );
    // A statement pooler refuses transactions.
    if (!begun) return false;
    const isSame = (await processOf(other)) === before || (await processOf(one)) !== before;
    await other.rollbackTransaction();
    if (isSame) return false;
  }
  await other.release();
  return true;
}
