import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SilentProxy, createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { DatabaseClient } from './database-client.js';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';

/** The application's data source with shorter timeouts. */
function impatient(url: string, limits: object): Promise<DataSource> {
  const { options } = createDataSource({ url, poolSize: 1 });
  const extra = { ...(options.extra as object), ...limits };
  return new DataSource({ ...options, extra } as DataSourceOptions).initialize();
}

/** Settings that every session must have, and a value of each that would break something. */
const SESSION: [name: string, unfriendly: string, expected: string][] = [
  ['client_encoding', 'LATIN1', 'UTF8'],
  ['DateStyle', 'German, DMY', 'ISO, MDY'],
  ['IntervalStyle', 'sql_standard', 'postgres'],
  ['TimeZone', 'Asia/Kathmandu', 'UTC'],
  ['bytea_output', 'escape', 'hex'],
  ['extra_float_digits', '-10', '1'],
  ['standard_conforming_strings', 'off', 'on'],
  ['array_nulls', 'off', 'on'],
  ['transform_null_equals', 'on', 'off'],
  ['search_path', 'elsewhere', 'public'],
  ['plan_cache_mode', 'force_generic_plan', 'auto'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
  ['lock_timeout', '1ms', '0'],
  ['idle_session_timeout', '1s', '0'],
];

describe('a session on a database with settings of its own', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    const own = Object.fromEntries(SESSION.map(([name, value]) => [name, value]));
    database = await createTestDatabase({
      ...own,
      statement_timeout: '2s',
      idle_in_transaction_session_timeout: '1ms',
    });
  });
  afterAll(() => database?.drop());

  const sessionOf = async (query: (text: string) => Promise<Record<string, string>[]>) => {
    const names = [
      ...SESSION.map(([name]) => name),
      'statement_timeout',
      'idle_in_transaction_session_timeout',
    ];
    const [row] = await query(
      `SELECT ${names.map((name) => `current_setting('${name}') AS "${name}"`).join()}`,
    );
    return row;
  };
  const expected = (timeouts: Record<string, string>) => ({
    ...Object.fromEntries(SESSION.map(([name, , value]) => [name, value])),
    ...timeouts,
  });

  it('has the required settings in the pool', async () => {
    const dataSource = await createDataSource({ url: database.url }).initialize();
    expect(await sessionOf((text) => dataSource.query(text))).toEqual(
      expected({ statement_timeout: '10s', idle_in_transaction_session_timeout: '5s' }),
    );
    const date = new Date('1871-12-01T23:59:59.987Z');
    const [row] = await dataSource.query(
      `SELECT $1::timestamptz AS date, '1 day 2 hours'::interval AS span, 0.1::float8 + 0.2 AS float,
              '\\xc3a9'::bytea AS bytes, ARRAY[$1::timestamptz] AS dates, to_regclass('public.nothing') AS none`,
      [date],
    );
    expect(row).toMatchObject({ date, dates: [date], float: 0.1 + 0.2, bytes: Buffer.from('é') });
    expect(row.span).toMatchObject({ days: 1, hours: 2 });
    await dataSource.destroy();
  });

  it('… in a migration', async () => {
    let session: unknown;
    class Look1700000000001 {
      async up(runner: { query(text: string): Promise<Record<string, string>[]> }): Promise<void> {
        session = await sessionOf((text) => runner.query(text));
      }
      async down(): Promise<void> {}
    }
    await migrate({ url: database.url, migrations: [Look1700000000001] });
    expect(session).toEqual(expected({ statement_timeout: '0', idle_in_transaction_session_timeout: '0' }));
  });

  it('is not handed out when it cannot be prepared', async () => {
    const dataSource = await impatient(database.url, { statement_timeout: -5 }).catch(
      (error: unknown) => error,
    );
    expect(dataSource).toMatchObject({ message: expect.stringContaining('statement_timeout') });
  });
});

describe('DatabaseClient', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('is removed from the pool when the server has gone silent', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const proxy = await SilentProxy.open(database.url);
    const dataSource = await impatient(proxy.url, { query_timeout: 300 });
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    proxy.silence();
    await expect(dataSource.query('SELECT 1')).rejects.toThrow(/Connection terminated: .* did not answer/);
    expect(await dataSource.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
    proxy.silence();
    await expect(dataSource.transaction((manager) => manager.query('SELECT 1'))).rejects.toThrow(
      /did not answer/,
    );
    expect(await dataSource.transaction((manager) => manager.query('SELECT 3 AS three'))).toEqual([
      { three: 3 },
    ]);
    await dataSource.destroy();
    await proxy.close();
    vi.restoreAllMocks();
  });

  /** Terminates a session like an administrator. */
  async function terminate(pid: number): Promise<void> {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    await other.end();
  }

  it('does not end the process when it is lost without a listener', async () => {
    const client = new DatabaseClient({ connectionString: database.url });
    await client.connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await terminate(rows[0]!.pid);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  });

  it('fails its transaction when it is lost between two statements', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const dataSource = await impatient(database.url, {});
    const lost = dataSource.transaction(async (manager) => {
      const [{ pid }] = await manager.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
      await terminate(pid);
      await expect.poll(() => manager.queryRunner!.isReleased).toBe(true);
      await manager.query('SELECT 1');
    });
    // libs/platform/http/src/to-problem.ts recognises an outage by this message.
    await expect(lost).rejects.toThrow(/query runner (was )?already released/i);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    vi.restoreAllMocks();
  });

  it('stays open when the server cancels a statement', async () => {
    const dataSource = await impatient(database.url, { statement_timeout: 50 });
    const session = async () => (await dataSource.query('SELECT pg_backend_pid() AS pid'))[0].pid as number;
    const before = await session();
    await expect(dataSource.query('SELECT pg_sleep(1)')).rejects.toThrow(/statement timeout/);
    expect(await session()).toBe(before);
    await dataSource.destroy();
  });
});
