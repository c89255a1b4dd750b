import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, dropLeftovers } from './test-database.js';

const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('createTestDatabase', () => {
  it('creates an empty one, which no longer exists after it is dropped', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(one.url, 'CREATE TABLE seeds AS SELECT 7 AS n');
    await expect(query(other.url, 'SELECT n FROM seeds')).rejects.toThrow(/does not exist/);
    await Promise.all([one, other].map(({ drop }) => drop()));
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });

  it('drops only the leftovers of crashed runs', async () => {
    const recent = await createTestDatabase();
    const old = `gatehouse_test_${Math.floor(Date.now() / 1000) - 4_000}_abc`;
    const foreign = `gatehouse_testing_${process.pid}`;
    await query(recent.url, `CREATE DATABASE ${old}`);
    await query(recent.url, `CREATE DATABASE ${foreign}`);
    await dropLeftovers(recent.url);
    const names = (await query(recent.url, 'SELECT datname FROM pg_database')).map(({ datname }) => datname);
    expect(names).not.toContain(old);
    expect(names).toEqual(expect.arrayContaining([foreign, new URL(recent.url).pathname.slice(1)]));
    await query(recent.url, `DROP DATABASE ${foreign}`);
    await recent.drop();
  });
});
