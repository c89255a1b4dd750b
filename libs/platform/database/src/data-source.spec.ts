import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Column, DataSource, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTestDatabase, SOON, TestDatabase } from '@gatehouse/testing';
import { createDataSource } from './data-source.js';
import { migrate } from './migrate.js';
import { poolOf } from './pool-of.js';
import { foreignKeyViolation, isSerializationFailure, uniqueViolation } from './postgres-errors.js';

@Entity('authors')
class Author {
  @PrimaryColumn('integer') id: number;
  @Column('text') fullName: string;
  @Column('text', { nullable: true }) homepageURL: string | null;
}

@Entity('novels')
@Unique(['isbnCode'])
class Novel {
  @PrimaryColumn('integer') id: number;
  @Column('text') isbnCode: string;
  @ManyToOne(() => Author) @JoinColumn() author: Author;
}

class CreateNovels1700000000000 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(
      'CREATE TABLE authors (id integer PRIMARY KEY, full_name text NOT NULL, homepage_url text)',
    );
    await runner.query(
      'CREATE TABLE novels (id integer PRIMARY KEY, isbn_code text NOT NULL UNIQUE, author_id integer REFERENCES authors)',
    );
  }
  async down(): Promise<void> {}
}

describe('createDataSource', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate({ url: database.url, migrations: [CreateNovels1700000000000] });
    dataSource = await createDataSource({
      url: database.url,
      entities: [Author, Novel],
      poolSize: 3,
    }).initialize();
    await dataSource.getRepository(Author).save({ id: 1, fullName: 'Ann', homepageURL: null });
  });

  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('names columns and constraints as plain SQL does', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('changes no table by itself', () => {
    expect(dataSource.options).toMatchObject({ synchronize: false, applicationName: 'gatehouse' });
  });

  it('reports which constraint was violated', async () => {
    const novels = dataSource.getRepository(Novel);
    await novels.insert({ id: 1, isbnCode: 'a', author: { id: 1 } });
    const twice = await novels.insert({ id: 2, isbnCode: 'a' }).catch((error: unknown) => error);
    expect(uniqueViolation(twice)).toBe('novels_isbn_code_key');
    expect(foreignKeyViolation(twice)).toBeUndefined();
    const orphan = await novels
      .insert({ id: 3, isbnCode: 'b', author: { id: 99 } })
      .catch((error: unknown) => error);
    expect(foreignKeyViolation(orphan)).toBe('novels_author_id_fkey');
    expect(uniqueViolation(new Error('duplicate key value'))).toBeUndefined();
  });

  it('distinguishes a serialization failure from other errors', async () => {
    const [one, two] = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const runner of [one, two]) {
      await runner.startTransaction('SERIALIZABLE');
      await runner.query('SELECT count(*) FROM authors');
    }
    await one.query(`INSERT INTO authors VALUES (10, 'x')`);
    await two.query(`INSERT INTO authors VALUES (11, 'y')`);
    await one.commitTransaction();
    const error = await two.commitTransaction().catch((reason: unknown) => reason);
    expect(isSerializationFailure(error)).toBe(true);
    await Promise.all([one.release(), two.release()]);
  });

  /** Both update both rows in opposite order; the second statements wait until both have run the first. */
  const deadlock = async () => {
    let arrived = 0;
    let attempts = 0;
    const transfer = (first: number, second: number) =>
      dataSource.transaction(async (manager) => {
        attempts++;
        await manager.query('UPDATE authors SET homepage_url = $1 WHERE id = $2', ['x', first]);
        arrived++;
        await vi.waitFor(() => expect(arrived).toBeGreaterThan(1), SOON);
        await manager.query(`UPDATE authors SET full_name = full_name || '.' WHERE id = $1`, [second]);
      });
    await dataSource.query(`INSERT INTO authors VALUES (20, 'a'), (21, 'b')`);
    await Promise.all([transfer(20, 21), transfer(21, 20)]);
    return attempts;
  };

  it('retries a transaction after a deadlock, and applies its effects once', async () => {
    expect(await deadlock()).toBe(3);
    expect(await dataSource.query('SELECT full_name FROM authors WHERE id > 19 ORDER BY id')).toEqual([
      { full_name: 'a.' },
      { full_name: 'b.' },
    ]);
  });

  it('gives up after repeated deadlocks, and does not retry other errors', async () => {
    let attempts = 0;
    const failing = (code: string) =>
      dataSource.transaction(async (manager) => {
        attempts++;
        await manager.query(`DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '${code}'; END $$`);
      });
    await expect(failing('40001')).rejects.toThrow('lost');
    expect(attempts).toBe(3);
    await expect(failing('P0001')).rejects.toThrow('lost');
    expect(attempts).toBe(4);
  });

  it('ends slow statements on the server as well', async () => {
    const [{ statement_timeout: timeout }] = await dataSource.query('SHOW statement_timeout');
    expect(timeout).toBe('10s');
  });

  it('survives the loss of every connection, idle, busy or in a transaction', async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listener).on('uncaughtException', listener);
    onTestFinished(() => void process.off('unhandledRejection', listener).off('uncaughtException', listener));
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    const busy = dataSource.query('SELECT pg_sleep(5)').catch((error: unknown) => error);
    await sleep(50);
    const killer = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
    await killer.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await killer.destroy();
    expect(await busy).toBeInstanceOf(Error);
    await expect(runner.query('SELECT 1')).rejects.toThrow();
    await runner.release();
    await sleep(50);
    expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(unhandled).toEqual([]);
  });

  it('fails within seconds when the server accepts connections but stays silent', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const startedAt = Date.now();
    await expect(
      createDataSource({ url: `postgres://x@127.0.0.1:${port}/x` }).initialize(),
    ).rejects.toThrow();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('replaces each connection after an hour', () => {
    expect(poolOf(dataSource).options).toMatchObject({ max: 3, maxLifetimeSeconds: 3_600 });
  });

  it('does not wait forever when every connection of the pool is taken', async () => {
    const runners = [1, 2, 3].map(() => dataSource.createQueryRunner());
    await Promise.all(runners.map((runner) => runner.connect()));
    await expect(dataSource.query('SELECT 1')).rejects.toThrow(/timeout/);
    await Promise.all(runners.map((runner) => runner.release()));
  });
});
