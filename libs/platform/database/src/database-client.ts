import { Socket } from 'node:net';
import { callbackify } from 'node:util';
import pg from 'pg';
import { isStalePlan } from './postgres-errors.js';
import type { PreparedStatements } from './prepared-statements.js';

/**
 * Settings on which the application relies in every session, whatever the defaults of server, database or role:
 * formats of values, plans, isolation, and timeouts. Sent once per connection as a statement, since poolers refuse most of
 * them as start parameters.
 */
const SESSION = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  search_path: 'public',
  plan_cache_mode: 'auto',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  lock_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
};

const { TIMESTAMPTZ } = pg.types.builtins;
const readTime = pg.types.getTypeParser(TIMESTAMPTZ);

/** The driver's own parser reads 29 February of the year 0, which it treats as 1 BC, as 1 March. */
pg.types.setTypeParser(TIMESTAMPTZ, (text) => {
  const [, date, time] = /^0001(-\d\d-\d\d) (.+)\+00 BC$/.exec(text) ?? [];
  return date ? new Date(`0000${date}T${time}Z`) : readTime(text);
});

/** Skips settings that an older server does not know. */
function pin(settings: Record<string, string | number>): string {
  const values = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`);
  return `SELECT pg_catalog.set_config(name, value, false) FROM (VALUES ${values.join()}) settings (name, value)
    WHERE pg_catalog.current_setting(name, true) IS NOT NULL`;
}

interface Statement {
  text: string;
  values: unknown[];
}

/** Returns the statement when `query` was called with a text and values only. */
function statementOf([config, values, ...others]: unknown[]): Statement | undefined {
  const statement = typeof config === 'string' ? { text: config, values } : (config as Partial<Statement>);
  const isAlone = others.length === 0 && typeof values !== 'function' && !('name' in statement);
  return isAlone && statement.text && Array.isArray(statement.values) && statement.values.length > 0
    ? (statement as Statement)
    : undefined;
}

/** A prepared statement fails once after a migration that has changed the types of its columns, see `retryLost`. */
async function queryPrepared(
  { text, values }: Statement,
  prepared: PreparedStatements,
  query: (statement: pg.QueryConfig) => unknown,
): Promise<unknown> {
  try {
    return await query({ name: prepared.nameOf(text), text, values });
  } catch (error) {
    if (isStalePlan(error)) prepared.forget(text);
    throw error;
  }
}

export interface DatabaseClientConfig extends pg.ClientConfig {
  statement_timeout?: number;
  idle_in_transaction_session_timeout?: number;
  /** Has statements with values prepared that are used often; without it none are. */
  prepared?: PreparedStatements;
}

/**
 * The one kind of connection that the application makes. Its session is as {@link SESSION} says; the time-outs of the
 * configuration are off when they are not given.
 *
 * It ends when a query gets no answer in `query_timeout`. Without that, the pool would hand out one
 * whose other end has silently gone again and again, until the operating system notices, which takes hours.
 *
 * One that is lost does not end the process either: pool and TypeORM listen for errors only while they hold it, and
 * an error in between, or a second one, would be uncaught. The next query on it fails, or the pool makes another.
 */
export class DatabaseClient extends pg.Client {
  readonly socket: Socket;
  private readonly preparation: pg.QueryConfig & { query_timeout?: number };

  constructor({
    statement_timeout = 0,
    idle_in_transaction_session_timeout = 0,
    prepared,
    ...config
  }: DatabaseClientConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.socket = socket;
    this.preparation = {
      text: pin({ ...SESSION, statement_timeout, idle_in_transaction_session_timeout }),
      query_timeout: config.connectionTimeoutMillis,
    };
    this.on('error', () => undefined);
    const sent = this.query.bind(this) as (...parameters: unknown[]) => unknown;
    const query = (...parameters: unknown[]) => {
      const statement = prepared && statementOf(parameters);
      return statement ? queryPrepared(statement, prepared, sent) : sent(...parameters);
    };
    const ended = new Promise<void>((resolve) => this.once('end', resolve));
    const endWhenSilent = async (error: Error): Promise<never> => {
      if (error.message !== 'Query read timeout') throw error;
      // Closed before the caller learns of it, who would otherwise return it to the pool as usable.
      socket.destroy();
      await ended;
      throw new Error('Connection terminated: the database did not answer in time', { cause: error });
    };
    this.query = ((...parameters: unknown[]) => {
      const result = query(...parameters);
      return result instanceof Promise ? result.catch(endWhenSilent) : result;
    }) as pg.Client['query'];
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
    if (!callback) return this.prepare();
    callbackify(() => this.prepare())(callback);
  }

  private async prepare(): Promise<pg.Client> {
    await super.connect();
    try {
      await this.query(this.preparation);
      return this;
    } catch (error) {
      this.socket.destroy();
      throw error;
    }
  }
}
