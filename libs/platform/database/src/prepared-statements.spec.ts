import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, TestDatabase } from '@gatehouse/testing';
import { createDataSource } from './data-source.js';
import { transactAtOnce } from './transact-at-once.js';

@Entity('rooms')
class Room {
  @PrimaryColumn('integer') id: number;
  @Column('text') name: string;
}

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, entities: [Room], poolSize: 2 }).initialize();
});

afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});

beforeEach(async () => {
  await dataSource.query(`
    DROP TABLE IF EXISTS rooms;
    CREATE TABLE rooms (id integer PRIMARY KEY, name text);
    INSERT INTO rooms VALUES (1, 'one')`);
});

const READ = 'SELECT * FROM rooms WHERE id = $1';

/** Ways to read the table; a migration must break none of them. */
const ways: Record<string, () => Promise<unknown[]>> = {
  'a repository': () => dataSource.getRepository(Room).findBy({ id: 1 }),
  'a repository in a transaction': () => dataSource.transaction((manager) => manager.findBy(Room, { id: 1 })),
  'plain SQL': () => dataSource.query(READ, [1]),
  'plain SQL in a transaction': () => dataSource.transaction((manager) => manager.query(READ, [1])),
  'a transaction that is sent at once': async () =>
    (await transactAtOnce(dataSource, [{ text: READ, values: [1] }]))[0]!,
};

async function useOften(read: () => Promise<unknown>): Promise<void> {
  for (let use = 0; use < 8; use++) await Promise.all([read(), read()]);
}

it('prepares frequent statements once for all values, and never rare ones', async () => {
  for (let id = 0; id < 8; id++) await dataSource.query('SELECT $1::integer AS often', [id]);
  await dataSource.query('SELECT $1::integer AS seldom', [1]);
  const prepared = await dataSource.query<{ statement: string }[]>(
    `SELECT DISTINCT statement FROM pg_prepared_statements WHERE statement ~ 'often|seldom'`,
  );
  expect(prepared).toEqual([{ statement: 'SELECT $1::integer AS often' }]);
});

it.each(Object.entries(ways))(
  'reads by %s when a migration has changed the type of a column',
  async (_, read) => {
    await useOften(read);
    await dataSource.query('ALTER TABLE rooms ALTER name TYPE varchar(100)');
    expect(await Promise.all([read(), read()])).toEqual([[{ id: 1, name: 'one' }], [{ id: 1, name: 'one' }]]);
  },
);

it.each(Object.entries(ways))('reads by %s after a migration has added a column', async (_, read) => {
  await useOften(read);
  await dataSource.query('ALTER TABLE rooms ADD colour text');
  expect(await read()).toMatchObject([{ id: 1, name: 'one' }]);
});

it('plans a listing for its values, however many deep pages were read before', async () => {
  await dataSource.query(`
    INSERT INTO rooms SELECT n, CASE WHEN n > 9990 THEN 'rare' ELSE 'usual' END FROM generate_series(2, 10000) n;
    CREATE INDEX ON rooms (name, id);
    ANALYZE rooms`);
  const page = (name: string, offset: number) =>
    dataSource
      .createQueryBuilder(Room, 'room')
      .where('room.name = :name', { name })
      .orderBy('room.id')
      .limit(10)
      .offset(offset)
      .getMany();
  for (let use = 0; use < 20; use++) await page('usual', 9_000);
  expect(await page('rare', 0)).toHaveLength(10);
  const kept = await dataSource.query(
    `SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%"rooms"%ORDER BY%' AND generic_plans > 0`,
  );
  expect(kept).toEqual([]);
});
