import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

  it('stays when the server itself ends a statement', async () => {
    const dataSource = await impatient(database.url, { statement_timeout: 50 });
    const session = async () => (await dataSource.query('SELECT pg_backend_pid() AS pid'))[0].pid as number;
    const before = await session();
    await expect(dataSource.query('SELECT pg_sleep(1)')).rejects.toThrow(/statement timeout/);
    expect(await session()).toBe(before);
    await dataSource.destroy();
  });
});
