import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

const PREFIX = 'gatehouse_test_';
const LEFTOVER_AGE_SECONDS = 3_600;
/** PostgreSQL's object_in_use: somebody is connected to the template, or is copying it. */
const IN_USE = '55006';

/**
 * An empty database, or a copy of `template`, under a name that nobody else has: on the server of `DATABASE_URL`,
 * else on the one that the run shares.
 *
 * @param options.template the url or name of a database that nobody is connected to
 */
export async function createTestDatabase(options: { template?: string } = {}): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`;
  const template = options.template?.split('/').pop()?.split('?')[0] ?? 'template0';
  await withServer(server, (client) => create(client, name, template));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => withServer(server, (client) => drop(client, name)),
  };
}

/**
 * A database that is filled once a run and then copied: pass the name to {@link createTestDatabase}. Workers that
 * ask at once wait for the first.
 *
 * @param key whose template it is
 * @param fill makes its tables and rows; must leave no connection open
 * @returns its name
 */
export async function testTemplate(key: string, fill: (url: string) => Promise<void>): Promise<string> {
  const run = process.env['TEST_RUN'] ?? `${Math.floor(Date.now() / 1000)}_${process.pid}`;
  const name = `${PREFIX}${run}_${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
  return withServer(serverUrl(), async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return name;
    const draft = await createTestDatabase();
    await fill(draft.url);
    const draftName = client.escapeIdentifier(new URL(draft.url).pathname.slice(1));
    await client.query(`ALTER DATABASE ${draftName} RENAME TO ${client.escapeIdentifier(name)}`);
    return name;
  });
}

/** Drops the templates of a run. */
export async function dropTemplates(server: string, run: string): Promise<void> {
  await withServer(server, (client) => dropWhere(client, (name) => name.startsWith(`${PREFIX}${run}_`)));
}

/** Drops what crashed runs left on the server more than an hour ago. */
export async function dropLeftovers(server: string): Promise<void> {
  const eldest = Date.now() / 1000 - LEFTOVER_AGE_SECONDS;
  const isOld = (name: string) => Number(name.slice(PREFIX.length).split('_')[0]) < eldest;
  await withServer(server, (client) => dropWhere(client, isOld));
}

function serverUrl(): string {
  const url = process.env['DATABASE_URL'] || process.env['TEST_DATABASE_URL'];
  if (!url)
    throw new Error(
      'No test server: globalSetup of vitest.config.ts has not run, and DATABASE_URL is not set',
    );
  return url;
}

async function create(client: pg.Client, name: string, template: string): Promise<void> {
  const sql = `CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}`;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(sql);
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === IN_USE) || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function dropWhere(client: pg.Client, matches: (name: string) => boolean): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
    [PREFIX],
  );
  for (const { datname } of rows) if (matches(datname)) await drop(client, datname);
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
}

async function withServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'gatehouse-test' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
