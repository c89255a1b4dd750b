import { Logger } from '@nestjs/common';
import {
  AbstractLogger,
  DataSource,
  DataSourceOptions,
  EntityManager,
  EntityTarget,
  InsertResult,
  MigrationInterface,
  ObjectLiteral,
  QueryDeepPartialEntity,
  QueryRunner,
  SelectQueryBuilder,
} from 'typeorm';
import { DatabaseClient } from './database-client.js';
import { insertPrepared } from './prepared-insert.js';
import { PreparedSelectQueryBuilder } from './prepared-select.js';
import { PreparedStatements } from './prepared-statements.js';
import { retryLost } from './retry-lost.js';
import { sendStatement } from './send-statement.js';
import { SnakeCaseNamingStrategy } from './naming-strategy.js';

/** A migration class; its name ends in the timestamp that orders it, as in `CreateBooks1753000000000`. */
export type Migration = new () => MigrationInterface;

export interface DatabaseOptions {
  /** `postgres://user:password@host:port/name`. */
  url: string;
  /** Entity classes. */
  entities?: EntityTarget<ObjectLiteral>[];
  migrations?: Migration[];
  /** Maximum connections of this process, 20 by default. */
  poolSize?: number;
}

const logger = new Logger('Database');

/** Every error is thrown as well, and TypeORM's own lines would contain parameters and not be JSON. */
class NoLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

/** Milliseconds to wait for a connection, so that requests fail soon when the database is unavailable. */
const CONNECT_TIMEOUT = 3_000;
/** Seconds after which a connection is replaced, which gives back what its server process has gathered. */
const CONNECTION_LIFETIME = 3_600;
/** Timeout of a statement in milliseconds; the client gives up slightly later if the server does not respond. */
const STATEMENT_TIMEOUT = 10_000;
/**
 * Shorter than that, so that a process that is suspended within a transaction fails itself rather than those that
 * wait for its locks.
 */
const IDLE_IN_TRANSACTION_TIMEOUT = 5_000;

/**
 * TypeORM's, with less work for an insert. It runs a transaction again that was lost to another one, so nothing in a
 * transaction may act outside of the database.
 */
class ApplicationEntityManager extends EntityManager {
  override async insert<T extends ObjectLiteral>(
    target: EntityTarget<T>,
    rows: QueryDeepPartialEntity<T> | QueryDeepPartialEntity<T>[],
  ): Promise<InsertResult> {
    const inserted = Array.isArray(rows)
      ? undefined
      : await insertPrepared(this, this.dataSource.getMetadata(target), rows);
    return inserted ?? super.insert(target, rows);
  }

  override transaction<T>(...parameters: unknown[]): Promise<T> {
    const run = super.transaction.bind(this) as (...parameters: unknown[]) => Promise<T>;
    return this.queryRunner ? run(...parameters) : retryLost(() => run(...parameters));
  }
}

/** TypeORM's data source with less overhead per statement. */
class ApplicationDataSource extends DataSource {
  override createEntityManager(queryRunner?: QueryRunner): EntityManager {
    return new ApplicationEntityManager(this, queryRunner);
  }

  override async query<T>(text: string, values?: unknown[], queryRunner?: QueryRunner): Promise<T> {
    if (queryRunner || this.subscribers.length > 0) return super.query(text, values, queryRunner);
    const { command, rows, rowCount } = await sendStatement(this, undefined, text, values);
    return (command === 'UPDATE' || command === 'DELETE' ? [rows, rowCount] : rows) as T;
  }

  override createQueryBuilder<T extends ObjectLiteral>(...parameters: unknown[]): SelectQueryBuilder<T> {
    const create = super.createQueryBuilder.bind(this) as (...parameters: unknown[]) => SelectQueryBuilder<T>;
    return new PreparedSelectQueryBuilder(create(...parameters));
  }
}

/**
 * Creates the data source of the application, its commands and its tests. Tables are only created by migrations, see
 * {@link migrate}. Call `initialize()` to connect.
 */
export function createDataSource({
  url,
  entities = [],
  migrations = [],
  poolSize = 20,
}: DatabaseOptions): DataSource {
  return new ApplicationDataSource({
    ...baseOptions(url),
    entities: entities as DataSourceOptions['entities'],
    migrations,
    poolSize,
    extra: {
      Client: DatabaseClient,
      statement_timeout: STATEMENT_TIMEOUT,
      query_timeout: STATEMENT_TIMEOUT + 1_000,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT,
      keepAlive: true,
      maxLifetimeSeconds: CONNECTION_LIFETIME,
      prepared: new PreparedStatements(),
      // Independent statements are sent together, see `transactAtOnce`.
      pipeline: true,
    },
  });
}

/** Like {@link createDataSource}, without statement timeouts. */
export function createMigrationDataSource(url: string, migrations: Migration[]): DataSource {
  const extra = { Client: DatabaseClient, keepAlive: true };
  return new DataSource({ ...baseOptions(url), migrations, poolSize: 2, extra });
}

function baseOptions(url: string) {
  return {
    type: 'postgres',
    url,
    applicationName: 'gatehouse',
    connectTimeoutMS: CONNECT_TIMEOUT,
    namingStrategy: new SnakeCaseNamingStrategy(),
    synchronize: false,
    installExtensions: false,
    logger: new NoLogger(false),
    poolErrorHandler: (error: Error) => logger.warn(`An idle connection was lost: ${error.message}`),
  } satisfies DataSourceOptions;
}
