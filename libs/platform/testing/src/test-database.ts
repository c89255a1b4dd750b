import { randomBytes } from 'node:crypto';
import pg from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Drops the database, closing its connections. */
  drop(): Promise<void>;
}

const PREFIX = 'gatehouse_test_';
const LEFTOVER_AGE_SECONDS = 3_600;

interface DatabaseKind {
  /** Options of CREATE DATABASE. */
  readonly locale: string;
  /** Default settings of its sessions. */
  readonly settings: Record<string, string>;
}

/** Kinds of databases on which the specs must pass. */
const KINDS = {
  usual: { locale: '', settings: {} },
  unfriendly: {
    locale: `LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'`,
    settings: {
      DateStyle: 'German, DMY',
      IntervalStyle: 'iso_8601',
      TimeZone: 'Asia/Kathmandu',
      bytea_output: 'escape',
      extra_float_digits: '-3',
      standard_conforming_strings: 'off',
      default_transaction_isolation: 'repeatable read',
    },
  },
  /** Only ASCII letters are letters. */
  'ctype-c': { locale: `LC_COLLATE 'C' LC_CTYPE 'C'`, settings: {} },
} satisfies Record<string, DatabaseKind>;

/**
 * Creates an empty database with a unique name: on the server of `DATABASE_URL`, otherwise on the one shared by the
 * run. `TEST_DATABASE` selects its kind.
 * @param settings default settings of its sessions, in addition to those of the kind
 */
export async function createTestDatabase(settings: Record<string, string> = {}): Promise<TestDatabase> {
  const kind: DatabaseKind = KINDS[(process.env['TEST_DATABASE'] || 'usual') as keyof typeof KINDS];
  const server = serverUrl();
  const name = `${PREFIX}${Math.floor(Date.now() / 1000)}_${randomBytes(6).toString('hex')}`;
  await withServer(server, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ${kind.locale}`);
    for (const [setting, value] of Object.entries({ ...kind.settings, ...settings }))
      await client.query(`ALTER DATABASE ${name} SET ${setting} = ${client.escapeLiteral(value)}`);
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => withServer(server, (client) => drop(client, name)) };
}

/** Drops databases that crashed runs left on the server more than an hour ago. */
export async function dropLeftovers(server: string): Promise<void> {
  const eldest = Date.now() / 1000 - LEFTOVER_AGE_SECONDS;
  await withServer(server, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [PREFIX],
    );
    const isOld = (name: string) => Number(name.slice(PREFIX.length).split('_')[0]) < eldest;
    for (const { datname } of rows) if (isOld(datname)) await drop(client, datname);
  });
}

function serverUrl(): string {
  const url = process.env['DATABASE_URL'] || process.env['TEST_DATABASE_URL'];
  if (!url)
    throw new Error(
      'No test server: globalSetup of vitest.config.ts has not run, and DATABASE_URL is not set',
    );
  return url;
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
