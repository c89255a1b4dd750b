import { advisoryLock } from './advisory-lock.js';
import { createMigrationDataSource, Migration } from './data-source.js';
import { NoDatabaseError } from './no-database.error.js';

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
 * @throws {NoDatabaseError} when it cannot connect, or the database is not one of UTF-8
 * @throws the error of the first that fails; those before it stay done
 */
export async function migrate({
  url,
  migrations = [],
  log = () => undefined,
}: MigrateOptions): Promise<string[]> {
  const dataSource = createMigrationDataSource(url, migrations);
  await dataSource.initialize().catch((error: unknown) => {
    throw new NoDatabaseError(url, error);
  });
  try {
    const [{ server_encoding: encoding }] = await dataSource.query('SHOW server_encoding');
    if (encoding !== 'UTF8')
      throw new NoDatabaseError(url, new Error(`its encoding is ${encoding} and must be UTF8`));
    const lock = dataSource.createQueryRunner();
    const [{ free }] = await lock.query('SELECT pg_try_advisory_lock($1) AS free', [LOCK_KEY]);
    if (!free) {
      log('Another process is migrating the database: waiting for it');
      await lock.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    }
    const done = (await dataSource.runMigrations({ transaction: 'each' })).map(({ name }) => name);
    for (const name of done) log(`Migrated: ${name}`);
    return done;
  } finally {
    await dataSource.destroy();
  }
}
