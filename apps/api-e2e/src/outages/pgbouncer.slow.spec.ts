import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess, MAIN } from '../support/api-process.js';
import { NOBODY } from '../support/start.js';

const SMOKE = fileURLToPath(new URL('../../../../tools/smoke.mjs', import.meta.url));
const MIGRATE = join(MAIN, '../commands/migrate.js');

const program = ['pgbouncer', '/usr/sbin/pgbouncer'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
);
if (!program) {
  if (process.env['REQUIRE_PGBOUNCER'])
    throw new Error('There is no pgbouncer, and REQUIRE_PGBOUNCER is set');
  console.warn('SKIPPED, since there is no pgbouncer: the application behind PgBouncer');
}

/** A PgBouncer in front of the server of a database. */
class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(
    target: string,
    mode: 'session' | 'transaction' | 'statement',
    more = '',
  ): Promise<PgBouncer> {
    const { hostname, port, username, password, pathname } = new URL(target);
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-pgbouncer-'));
    const own = await freePort();
    const credentials = `user=${decodeURIComponent(username)}${password && ` password=${decodeURIComponent(password)}`}`;
    await writeFile(
      join(folder, 'pgbouncer.ini'),
      `[databases]\n* = host=${hostname} port=${port || 5432} ${credentials}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n` +
        `listen_port = ${own}\nunix_socket_dir =\nauth_type = any\npool_mode = ${mode}\ndefault_pool_size = 60\n${more}\n`,
    );
    // It refuses to run as root.
    const user = process.getuid?.() === 0 ? NOBODY : undefined;
    if (user)
      for (const path of [folder, join(folder, 'pgbouncer.ini')]) await chown(path, user.uid, user.gid);
    const child = spawn(program!, ['pgbouncer.ini'], { ...user, cwd: folder, stdio: 'ignore' });
    const bouncer = new PgBouncer(`postgres://gatehouse@127.0.0.1:${own}${pathname}`, child, folder);
    await expect.poll(() => bouncer.answers()).toBe(true);
    return bouncer;
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await exited;
    await rm(this.folder, { recursive: true });
  }

  private async answers(): Promise<boolean> {
    const client = new pg.Client(this.url);
    client.on('error', () => undefined);
    const answered = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end();
    return answered;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(!program)('behind PgBouncer', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer | undefined;
  const started: ApiProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((process) => process.kill()));
    await bouncer?.stop();
  });
  afterAll(() => database?.drop());

  it('in session mode, the smoke test passes', async () => {
    bouncer = await PgBouncer.start(database.url, 'session');
    const api = await ApiProcess.start({ DATABASE_URL: bouncer.url });
    started.push(api);
    const smoke = spawn(process.execPath, [SMOKE, api.url], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    smoke.stdout.on('data', (chunk) => (output += chunk));
    const [status] = await once(smoke, 'exit');
    expect(output).toMatch(/\d+ passed, 0 failed/);
    expect(status).toBe(0);
  });

  it.each([
    ['transaction', ''],
    ['transaction', 'server_round_robin = 1'],
    ['statement', ''],
  ] as const)('in %s mode, the start ends with one line that says why (%s)', async (mode, more) => {
    bouncer = await PgBouncer.start(database.url, mode, more);
    const migration = ApiProcess.launch(
      { DATABASE_URL: bouncer.url },
      { command: [process.execPath, MIGRATE] },
    );
    started.push(migration);
    expect(await migration.exited).toEqual({ code: 1, signal: null });
    expect(migration.stderr.join('').trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^The database .* cannot be used: .*pool_mode = session/),
    ]);
  });
});
