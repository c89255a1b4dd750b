import { createTestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createDataSource } from './data-source.js';
import { poolOf } from './pool-of.js';

it('is the pool that the data source takes its connections from', async () => {
  const database = await createTestDatabase();
  const dataSource = await createDataSource({ url: database.url, poolSize: 3 }).initialize();
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  expect(poolOf(dataSource)).toBeInstanceOf(pg.Pool);
  expect(poolOf(dataSource)).toMatchObject({ totalCount: 1, idleCount: 0, options: { max: 3 } });
  await runner.release();
  await dataSource.destroy();
  await database.drop();
});
