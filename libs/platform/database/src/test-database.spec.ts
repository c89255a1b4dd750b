import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { createTestDatabase, dropLeftovers, testTemplate } from './test-database.js';

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
  it('copies a template, several times at once', async () => {
    const template = await createTestDatabase();
    await query(template.url, 'CREATE TABLE seeds AS SELECT 7 AS n');
    const copies = await Promise.all([1, 2, 3].map(() => createTestDatabase({ template: template.url })));
    for (const { url } of copies) expect(await query(url, 'SELECT n FROM seeds')).toEqual([{ n: 7 }]);
    await Promise.all([template, ...copies].map(({ drop }) => drop()));
    await expect(query(template.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });

  it('fills a template once, however many ask for it', async () => {
    let filled = 0;
    const key = `spec ${process.pid}`;
    const fill = async (url: string) => {
      filled++;
      await query(url, 'CREATE TABLE seeds AS SELECT 7 AS n');
    };
    const names = await Promise.all([1, 2, 3].map(() => testTemplate(key, fill)));
    expect(filled).toBe(1);
    expect(new Set(names).size).toBe(1);
    const copy = await createTestDatabase({ template: names[0] });
    expect(await query(copy.url, 'SELECT n FROM seeds')).toEqual([{ n: 7 }]);
    await copy.drop();
  });

  it('drops the leftovers of crashed runs and nothing else', async () => {
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
