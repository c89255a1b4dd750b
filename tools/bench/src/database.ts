import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import { BOOKS } from './load/paths.js';

/** A separate database for the bench: on the server of `DATABASE_URL`, otherwise on an embedded one. */
export interface BenchDatabase {
  url: string;
  /** Version and origin of the server. */
  description: string;
  query(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

export async function createDatabase(): Promise<BenchDatabase> {
  const given = process.env['DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startEmbedded();
  const name = `gatehouse_bench_${randomBytes(6).toString('hex')}`;
  await once(server.url, `CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const [version] = await once(url, 'SHOW server_version');
  return {
    url,
    description: `PostgreSQL ${String(version!['server_version'])}${given ? ' of DATABASE_URL' : ', embedded'}`,
    query: (sql) => once(url, sql),
    drop: async () => {
      await once(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

/** Fills the table created by Gatehouse: rows as long as those of goodbooks-10k, the same in each run. */
export async function fillWithBooks(database: BenchDatabase): Promise<void> {
  await database.query(`
    INSERT INTO books (title, author, description, rating, category, isbn, language, published_year, cover_url)
    SELECT 'The Keeper of the Northern Gate, Volume ' || n, 'Author ' || n % 1000 || ', Translator ' || n % 77,
      '', 1 + n % 40 / 10.0, (ARRAY['Novel', 'Poetry', 'History', NULL])[1 + n % 4],
      (9780000000000 + n)::text, 'eng', 1800 + n % 220,
      'https://images.example.com/books/' || 1000000 + n || 'm/' || 2000000 + n || '.jpg'
    FROM generate_series(1, ${BOOKS}) AS n`);
  await database.query('VACUUM ANALYZE books');
}

async function startEmbedded(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir });
    return { url: server.url, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function once(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
