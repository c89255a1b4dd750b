import pg, { DatabaseError } from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilentProxy, createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { createDataSource } from './data-source.js';
import { isRolledBack, notNullViolation } from './postgres-errors.js';
import { transactAtOnce } from './transact-at-once.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
  await dataSource.query('CREATE TABLE stones (id integer PRIMARY KEY, name text NOT NULL)');
});
afterAll(async () => {
  await dataSource?.destroy();
  await database?.drop();
});
beforeEach(() => dataSource.query('TRUNCATE stones'));

const insert = (id: number, name: string | null = 'granite') => ({
  text: 'INSERT INTO stones VALUES ($1, $2) RETURNING id',
  values: [id, name],
});
const stones = async (): Promise<number[]> =>
  (await dataSource.query<{ id: number }[]>('SELECT id FROM stones ORDER BY id')).map(({ id }) => id);

describe('isRolledBack', () => {
  it.each(['08P01', '57P02', '58030', 'XX000'])(
    'knows nothing of a transaction that ended with %s',
    (code) => {
      expect(isRolledBack(Object.assign(new DatabaseError('', 0, 'error'), { code }))).toBe(false);
    },
  );

  it.each(['23514', '40P01', '57014'])('is sure of one that PostgreSQL refused with %s', (code) => {
    expect(isRolledBack(Object.assign(new DatabaseError('', 0, 'error'), { code }))).toBe(true);
  });
});

describe('transactAtOnce', () => {
  it('returns the rows of each statement, which is one transaction', async () => {
    const current = { text: 'SELECT pg_current_xact_id()::text AS id' };
    const [first, one, second, two] = await transactAtOnce(dataSource, [
      current,
      insert(1),
      current,
      insert(2),
    ]);
    expect([one, two]).toEqual([[{ id: 1 }], [{ id: 2 }]]);
    expect(second).toEqual(first);
    expect(await stones()).toEqual([1, 2]);
  });

  it('does nothing when one of them fails, and throws its error and not what comes of it', async () => {
    const all = [insert(1), insert(2, null), { text: 'SELECT 1 / 0' }, insert(3)];
    const error = await transactAtOnce(dataSource, all).catch((reason: unknown) => reason);
    expect(notNullViolation(error)).toBe('stones.name');
    expect(isRolledBack(error)).toBe(true);
    expect(await stones()).toEqual([]);
  });

  it('leaves the connection as it was, with a statement that was never parsed because of another', async () => {
    const unparsed = { text: 'SELECT 1 AS one' };
    await expect(transactAtOnce(dataSource, [{ text: 'SELECT 1 / 0' }, unparsed])).rejects.toThrow(/by zero/);
    expect(await transactAtOnce(dataSource, [unparsed])).toEqual([[{ one: 1 }]]);
    await dataSource.transaction((manager) => manager.query('SELECT 1'));
    expect(await dataSource.query('SELECT txid_current_if_assigned() AS id')).toEqual([{ id: null }]);
  });

  it('fails in the COMMIT for sure when a deferred constraint refuses it', async () => {
    await dataSource.query(`
      CREATE TABLE pebbles (stone integer REFERENCES stones (id) DEFERRABLE INITIALLY DEFERRED)`);
    const orphan = { text: 'INSERT INTO pebbles VALUES ($1)', values: [7] };
    const error = await transactAtOnce(dataSource, [insert(1), orphan]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '23503' });
    expect(isRolledBack(error)).toBe(true);
    expect(await stones()).toEqual([]);
    await dataSource.query('DROP TABLE pebbles');
  });

  /** Lets the database refuse one of the next transaction's own statements. */
  function failing(own: 'BEGIN' | 'COMMIT'): void {
    const { master } = dataSource.driver as unknown as { master: pg.Pool };
    const connect = master.connect.bind(master);
    vi.spyOn(master, 'connect').mockImplementationOnce(async () => {
      const client = (await connect()) as pg.PoolClient;
      const query = client.query.bind(client) as (statement: pg.QueryConfig) => Promise<pg.QueryResult>;
      vi.spyOn(client, 'query').mockImplementation(((statement: pg.QueryConfig) =>
        query(statement.text === own ? { text: 'SELECT 1 / 0' } : statement)) as never);
      return client;
    });
  }
  const session = async (): Promise<number> =>
    (await dataSource.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid'))[0]!.pid;

  it('knows nothing for sure when it did not begin, since each statement was then alone', async () => {
    const before = await session();
    failing('BEGIN');
    const error = await transactAtOnce(dataSource, [insert(1)]).catch((reason: unknown) => reason);
    expect(await stones()).toEqual([1]);
    expect(error).toMatchObject({ code: '08007', cause: { code: '22012' } });
    expect(isRolledBack(error)).toBe(false);
    expect(await session()).not.toBe(before);
  });

  it('ends the connection when it could not commit, and with it the transaction', async () => {
    const before = await session();
    failing('COMMIT');
    const error = await transactAtOnce(dataSource, [insert(1)]).catch((reason: unknown) => reason);
    expect(isRolledBack(error)).toBe(true);
    expect(await stones()).toEqual([]);
    expect(await session()).not.toBe(before);
  });

  it('is sent as a whole: it commits without a response, and its outcome is unknown', async () => {
    const proxy = await SilentProxy.open(database.url);
    const other = await createDataSource({ url: proxy.url, poolSize: 1 }).initialize();
    await other.query('SELECT 1');
    proxy.silenceAnswers();
    const sent = transactAtOnce(other, [insert(1), insert(2)]).catch((reason: unknown) => reason);
    await expect.poll(stones).toEqual([1, 2]);
    await proxy.close();
    const error = await sent;
    expect(error).toBeInstanceOf(Error);
    expect(isRolledBack(error)).toBe(false);
    await other.destroy();
  });

  it('knows nothing for sure when the server ends the connection', async () => {
    const end = { text: 'SELECT pg_terminate_backend(pg_backend_pid())' };
    const error = await transactAtOnce(dataSource, [insert(1), end]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '57P01' });
    expect(isRolledBack(error)).toBe(false);
    expect(await stones()).toEqual([]);
  });
});
