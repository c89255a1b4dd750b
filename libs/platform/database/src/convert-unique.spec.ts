import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, TestDatabase } from '@gatehouse/testing';
import { convertUnique } from './convert-unique.js';
import { createDataSource } from './data-source.js';
import { uniqueViolation } from './postgres-errors.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url }).initialize();
  await dataSource.query(
    'CREATE TABLE things (id uuid DEFAULT gen_random_uuid(), owner int, name text, key text)',
  );
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const add = async (owner: number, name: string): Promise<string> => {
  const sql = 'INSERT INTO things (owner, name) VALUES ($1, $2) RETURNING id';
  return (await dataSource.query(sql, [owner, name]))[0].id;
};
const convert = (from: string, to: string) => {
  const column = { table: 'things', from, to, index: 'things_key', within: 'owner' };
  const runner = dataSource.createQueryRunner();
  return convertUnique(runner, column, (text) => text.normalize('NFC')).finally(() => runner.release());
};

it('writes the converted values, and makes them unique', async () => {
  await add(1, 'e\u0301');
  await add(2, '\u00e9');
  await convert('name', 'key');
  expect(await dataSource.query('SELECT owner, name, key FROM things ORDER BY owner')).toEqual([
    { owner: 1, name: 'e\u0301', key: '\u00e9' },
    { owner: 2, name: '\u00e9', key: '\u00e9' },
  ]);
  const again = dataSource.query(`INSERT INTO things (owner, key) VALUES (1, '\u00e9')`);
  await expect(again).rejects.toSatisfy((error) => uniqueViolation(error) === 'things_key');
});

it('can convert a column in its place', async () => {
  await add(1, 'e\u0301');
  await convert('name', 'name');
  expect(await dataSource.query('SELECT name FROM things')).toEqual([{ name: '\u00e9' }]);
});

it('refuses rows that come out the same, and names them', async () => {
  const ids = [await add(1, 'e\u0301'), await add(1, '\u00e9')];
  await add(2, 'e\u0301');
  const error = await convert('name', 'key').catch((refused: Error) => refused);
  expect((error as Error).message).toMatch(
    /^In things, name must be unique whatever its Unicode form or case/,
  );
  for (const id of ids) expect((error as Error).message).toContain(id);
});
