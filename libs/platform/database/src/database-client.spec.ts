import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatabaseClient } from './database-client.js';
import { createDataSource } from './data-source.js';
import { SilentProxy } from './silent-proxy.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** The application's data source, but more impatient. */
function impatient(url: string, limits: object): Promise<DataSource> {
  const { options } = createDataSource({ url, poolSize: 1 });
  const extra = { ...(options.extra as object), ...limits };
  return new DataSource({ ...options, extra } as DataSourceOptions).initialize();
}

describe('DatabaseClient', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('leaves the pool when its other end has fallen silent', async () => {
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

  /** As an administrator would. */
  async function terminate(pid: number): Promise<void> {
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    await other.end();
  }

  it('does not end the process when it is lost and nobody listens', async () => {
    const client = new DatabaseClient({ connectionString: database.url });
    await client.connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await terminate(rows[0]!.pid);
    await ended;
    await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable/);
  });

  it('fails the transaction that has it when it is lost between two statements', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const dataSource = await impatient(database.url, {});
    const lost = dataSource.transaction(async (manager) => {
      const [{ pid }] = await manager.query<[{ pid: number }]>('SELECT pg_backend_pid() AS pid');
      await terminate(pid);
      await expect.poll(() => manager.queryRunner!.isReleased).toBe(true);
      await manager.query('SELECT 1');
    });
    // Known as an outage by these words in libs/platform/http/src/to-problem.ts.
    await expect(lost).rejects.toThrow(/query runner (was )?already released/i);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await dataSource.destroy();
    vi.restoreAllMocks();
  });

  it('stays when the server itself ends a statement', async () => {
    const dataSource = await impatient(database.url, { statement_timeout: 50 });
    const session = async () => (await dataSource.query('SELECT pg_backend_pid() AS pid'))[0].pid as number;
    const before = await session();
    await expect(dataSource.query('SELECT pg_sleep(1)')).rejects.toThrow(/statement timeout/);
    expect(await session()).toBe(before);
    await dataSource.destroy();
  });
});
