import { spawn } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
  readdir,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SOON, TestProcess } from '@gatehouse/testing';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { isRoot } from './server-user.js';

const CHILD = new URL('./embedded-postgres.child.ts', import.meta.url);
const NOBODY = 65_534;
/** As a checkout may be called; a shell would take it for commands. */
const ODD_NAME = 'it\'s "$HOME" `here`';

describe('startEmbeddedPostgres', () => {
  let dataDir: string;
  const processes: TestProcess[] = [];

  beforeEach(async () => {
    dataDir = await folder();
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((child) => child.end()));
    if (await serverPid()) await (await startEmbeddedPostgres({ dataDir })).stop();
    await rm(join(dataDir, '..'), { recursive: true });
  });

  /** A folder that every user may enter, unlike those of mkdtemp. */
  const folder = async (mode = 0o755): Promise<string> => {
    const path = join(await mkdtemp(join(tmpdir(), 'gatehouse-embedded-')), ODD_NAME);
    await mkdir(path);
    await chmod(join(path, '..'), mode);
    return path;
  };
  const serverPid = async (): Promise<number | undefined> => {
    const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    return Number(text.split('\n')[0]) || undefined;
  };
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  /** Its parent may be gone, and the adopting process may take a moment to reap it. */
  const hasEnded = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), SOON);
  const startProcess = (options?: ConstructorParameters<typeof TestProcess>[2]): TestProcess => {
    const child = new TestProcess(CHILD, [dataDir], options);
    processes.push(child);
    return child;
  };
  const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client(url);
    await client.connect();
    return client
      .query(sql)
      .then(({ rows }) => rows, Promise.reject.bind(Promise))
      .finally(() => client.end());
  };
  const remember = (url: string) => query(url, 'CREATE TABLE kept AS SELECT 1 AS value');
  const recall = async (url: string) =>
    expect(await query(url, 'SELECT value FROM kept')).toEqual([{ value: 1 }]);

  it('keeps its data durably between starts, and does not outlive its owner', async () => {
    const lines: string[] = [];
    const first = await startEmbeddedPostgres({ dataDir, log: (line) => lines.push(line) });
    await remember(first.url);
    expect(await query(first.url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await query(first.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    await query(first.url, 'CREATE EXTENSION pg_trgm');
    const pid = (await serverPid())!;
    await Promise.all([first.stop(), first.stop()]);
    await hasEnded(pid);
    const second = await startEmbeddedPostgres({ dataDir });
    await recall(second.url);
    await second.stop();
    expect(lines).toEqual([
      expect.stringMatching(/^PostgreSQL 18\.\d+ started on 127.0.0.1:\d+, data in/),
      'PostgreSQL stopped',
    ]);
  });

  it('requires the password', async () => {
    const { url, stop } = await startEmbeddedPostgres({ dataDir });
    await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow(/password/);
    await stop();
  });

  it('finds the server that a killed process left behind', async () => {
    const child = startProcess();
    const url = await child.next<string>();
    await remember(url);
    const pid = (await serverPid())!;
    await child.end('SIGKILL');
    await sleep(200);
    expect(isAlive(pid)).toBe(true);
    const next = await startEmbeddedPostgres({ dataDir });
    expect(next.url).toBe(url);
    await recall(next.url);
    await next.stop();
    await hasEnded(pid);
  });

  it('recovers when the server was killed as well', async () => {
    const child = startProcess();
    await remember(await child.next());
    await child.end('SIGKILL');
    process.kill((await serverPid())!, 'SIGKILL');
    const next = await startEmbeddedPostgres({ dataDir });
    await recall(next.url);
    await next.stop();
  });

  it('is not fooled by a postmaster.pid whose number now belongs to another program', async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await remember(first.url);
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    await first.stop();
    const { uid, gid } = await stat(join(dataDir, 'postgres'));
    const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
    await writeFile(pidFile, left.replace(/^\d+/, String(stranger.pid)));
    await chown(pidFile, uid, gid);
    const next = await startEmbeddedPostgres({ dataDir });
    await recall(next.url);
    await next.stop();
    expect(stranger.kill()).toBe(true);
  });

  it('serves two processes that start simultaneously, until the last one stops', async () => {
    const [one, two] = [startProcess(), startProcess()];
    const [first, second] = await Promise.all([one.next<string>(), two.next<string>()]);
    expect(second).toBe(first);
    const pid = (await serverPid())!;
    one.send('stop');
    expect(await one.next()).toBe('stopped');
    await remember(first);
    two.send('stop');
    expect(await two.next()).toBe('stopped');
    await hasEnded(pid);
  });

  it('can be started while it is being stopped', async () => {
    let server = await startEmbeddedPostgres({ dataDir });
    await remember(server.url);
    for (let round = 0; round < 3; round++) {
      const stopping = server.stop();
      await sleep(round * 30);
      server = await startEmbeddedPostgres({ dataDir });
      await stopping;
      await recall(server.url);
    }
    await server.stop();
  });

  it('is not reached by Ctrl-C, which ends the draining process', async () => {
    const child = startProcess({ detached: true });
    await child.next();
    const pid = (await serverPid())!;
    process.kill(-child.pid, 'SIGINT');
    expect(await child.next()).toBe('drained');
    await hasEnded(pid);
  });

  it('says what to do about the data of another major version', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop();
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      /made by PostgreSQL 16, and this is PostgreSQL 18.*DATABASE_URL/s,
    );
  });

  it('does not touch a folder that contains something else', async () => {
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'thesis.txt'), 'dear');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(EmbeddedPostgresError);
    expect(await readFile(join(dataDir, 'postgres', 'thesis.txt'), 'utf8')).toBe('dear');
  });

  it('removes only what a killed first start has left behind', async () => {
    await mkdir(join(dataDir, `.postgres-${2 ** 22 + 1}-left`));
    await mkdir(join(dataDir, `.postgres-${process.pid}-busy`));
    await (await startEmbeddedPostgres({ dataDir })).stop();
    expect((await readdir(dataDir)).sort()).toEqual([`.postgres-${process.pid}-busy`, 'postgres']);
  });

  it('gives one clear error when the folder cannot be created', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const start = startEmbeddedPostgres({ dataDir: join(dataDir, 'file', 'data') });
    await expect(start).rejects.toThrow(/^The embedded PostgreSQL cannot be used: ENOTDIR.*DATABASE_URL/s);
  });

  it('does not start anew behind a link whose data is gone', async () => {
    await symlink(join(dataDir, 'gone'), join(dataDir, 'postgres'));
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      /no longer exists, and its data is lost/,
    );
    await rm(join(dataDir, 'postgres'));
  });

  it('reports the reason when PostgreSQL does not start', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop();
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'nonsense = 1\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
      /unrecognized configuration parameter "nonsense"/,
    );
  });

  it.runIf(isRoot)(
    'works for root in a folder that no other user may enter, without changing permissions',
    async () => {
      const open = dataDir;
      dataDir = await folder(0o700);
      const server = await startEmbeddedPostgres({ dataDir });
      await remember(server.url);
      await server.stop();
      const target = await realpath(join(dataDir, 'postgres'));
      expect(target).toMatch(/^\/var\/lib\/gatehouse\/data-/);
      expect((await stat(join(dataDir, '..'))).mode & 0o777).toBe(0o700);
      const again = await startEmbeddedPostgres({ dataDir });
      await recall(again.url);
      await again.stop();
      await rm(target, { recursive: true });
      await rm(join(open, '..'), { recursive: true });
    },
  );

  it.runIf(isRoot)('runs for root as the owner of the data, and for that owner as well', async () => {
    await chown(dataDir, NOBODY, NOBODY);
    const child = startProcess({ uid: NOBODY, gid: NOBODY });
    const url = await child.next<string>();
    await remember(url);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(NOBODY);
    child.send('stop');
    await child.next();
    const server = await startEmbeddedPostgres({ dataDir });
    await recall(server.url);
    await server.stop();
    const again = startProcess({ uid: NOBODY, gid: NOBODY });
    await recall(await again.next());
    again.send('stop');
    await again.next();
  });

  it.runIf(isRoot)('tells an ordinary user that the data belongs to another user', async () => {
    await (await startEmbeddedPostgres({ dataDir })).stop();
    await chown(dataDir, NOBODY, NOBODY);
    expect(await startProcess({ uid: NOBODY, gid: NOBODY }).next()).toMatch(/belongs to another user/);
  });
});
