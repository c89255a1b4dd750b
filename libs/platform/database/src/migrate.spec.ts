import { MigrationInterface, QueryRunner } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, TestDatabase } from '@gatehouse/testing';
import { createDataSource } from './data-source.js';
import { migrate, migrationStatus, revertMigration } from './migrate.js';
import { NoDatabaseError } from './no-database.error.js';

class First1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE steps (name text)');
    await runner.query(`INSERT INTO steps SELECT 'first' FROM pg_sleep(0.3)`);
  }
  async down(): Promise<void> {}
}

class Second1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`INSERT INTO steps VALUES ('second')`);
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM steps WHERE name = 'second'`);
  }
}

class Broken1700000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`INSERT INTO steps VALUES ('broken')`);
    await runner.query('SELECT nonsense');
  }
  async down(): Promise<void> {}
}

describe('migrate', () => {
  let database: TestDatabase;
  beforeEach(async () => (database = await createTestDatabase()));
  afterEach(() => database.drop());

  const steps = async (): Promise<string[]> => {
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query<{ name: string }>('SELECT name FROM steps');
    await client.end();
    return rows.map(({ name }) => name);
  };

  it('runs each migration once, by timestamp, and reports it', async () => {
    const lines: string[] = [];
    const migrations = [Second1700000000002, First1700000000001];
    const log = (line: string) => lines.push(line);
    expect(await migrate({ url: database.url, migrations, log })).toEqual([
      'First1700000000001',
      'Second1700000000002',
    ]);
    expect(await migrate({ url: database.url, migrations, log })).toEqual([]);
    expect(await steps()).toEqual(['first', 'second']);
    expect(lines).toEqual(['Migrated: First1700000000001', 'Migrated: Second1700000000002']);
  });

  it('reverts only the last one, and lists which ones have run', async () => {
    const options = { url: database.url, migrations: [Second1700000000002, First1700000000001] };
    const done = async () => (await migrationStatus(options)).map(({ name, isDone }) => [name, isDone]);
    expect(await revertMigration(options)).toBeUndefined();
    expect(await done()).toEqual([
      ['First1700000000001', false],
      ['Second1700000000002', false],
    ]);
    await migrate(options);
    expect(await revertMigration(options)).toBe('Second1700000000002');
    expect(await steps()).toEqual(['first']);
    expect(await done()).toEqual([
      ['First1700000000001', true],
      ['Second1700000000002', false],
    ]);
    expect(await migrate(options)).toEqual(['Second1700000000002']);
  });

  it('is safe in several processes at once', async () => {
    const migrations = [First1700000000001, Second1700000000002];
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => migrate({ url: database.url, migrations })),
    );
    expect(runs.flat()).toHaveLength(2);
    expect(await steps()).toEqual(['first', 'second']);
  });

  it('rolls back a failing migration, keeps the previous ones, and releases the lock', async () => {
    const migrations = [First1700000000001, Broken1700000000003];
    await expect(migrate({ url: database.url, migrations })).rejects.toThrow(/nonsense/);
    expect(await steps()).toEqual(['first']);
    expect(await migrate({ url: database.url, migrations: [Second1700000000002] })).toHaveLength(1);
  });

  it('needs no privileges when there is nothing to do, and otherwise reports missing ones in one line', async () => {
    const migrations = [First1700000000001];
    await migrate({ url: database.url, migrations });
    const owner = await createDataSource({ url: database.url }).initialize();
    const role = `${new URL(database.url).pathname.slice(1)}_reader`;
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'hush'; REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'hush'];
    try {
      expect(await migrate({ url: url.href, migrations })).toEqual([]);
      class Second1700000000003 extends Second1700000000002 {
        override up = async (runner: QueryRunner) => void (await runner.query('CREATE TABLE more (id int)'));
      }
      const refused = await migrate({ url: url.href, migrations: [Second1700000000003] }).catch(
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(NoDatabaseError);
      expect((refused as Error).message).toMatch(
        /^The database .*may not change them \(permission denied.*db:migrate/,
      );
      expect((refused as Error).message).not.toMatch(/hush|\n/);
    } finally {
      await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
      await owner.destroy();
    }
  });

  it('reports in one line that the tables were created by other migrations', async () => {
    await migrate({ url: database.url, migrations: [First1700000000001] });
    class CreateSteps1700000000004 extends First1700000000001 {}
    const refused = migrate({ url: database.url, migrations: [CreateSteps1700000000004] });
    await expect(refused).rejects.toThrow(NoDatabaseError);
    await expect(refused).rejects.toThrow(/^The database .*\(relation "steps" already exists\).*db:reset"$/);
  });

  it('reports in one line that the server is read-only', async () => {
    const owner = await createDataSource({ url: database.url }).initialize();
    const name = new URL(database.url).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await owner.destroy();
    await expect(migrate({ url: database.url, migrations: [First1700000000001] })).rejects.toThrow(
      NoDatabaseError,
    );
  });

  it('refuses a database without UTF-8, in one line', async () => {
    const server = await createDataSource({ url: database.url }).initialize();
    const name = `${new URL(database.url).pathname.slice(1)}_ascii`;
    await server.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`);
    const url = new URL(database.url);
    url.pathname = name;
    await expect(migrate({ url: url.href })).rejects.toThrow(/its encoding is SQL_ASCII and must be UTF8/);
    await server.query(`DROP DATABASE ${name}`);
    await server.destroy();
  });
});
