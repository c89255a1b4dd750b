import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { multipartBytes, multipartHeaders, partHead } from '../support/multipart.js';
import { PASSWORD, send } from '../support/test-app.js';

const FILES = '/api/v1/files';
const MEGABYTE = 1024 * 1024;
const file = { name: 'file', filename: 'a.txt' };

const filesIn = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
};
const logIn = async (url: string): Promise<string> => {
  const body = { username: 'demo', password: PASSWORD };
  return (await send(url, 'POST', '/api/v1/auth/login', { body })).body.access_token;
};
const upload = (url: string, token: string, content: Buffer | string) =>
  send(url, 'POST', FILES, { token, raw: multipartBytes({ ...file, content }), headers: multipartHeaders });

describe('Two processes on one folder', () => {
  const query = async (sql: string): Promise<void> => {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  let database: TestDatabase;
  let folder: string;
  let processes: ApiProcess[];
  let token: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-files-'));
    const variables = { DATABASE_URL: database.url, STORAGE_DIR: folder, WORKER: 'none' };
    processes = [await ApiProcess.start(variables), await ApiProcess.start(variables)];
    token = await logIn(processes[0]!.url);
  });
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.stop()));
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('serve and delete the files of each other', async () => {
    const [a, b] = processes as [ApiProcess, ApiProcess];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => upload([a, b][n % 2]!.url, token, `content ${n}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    for (const [n, { body }] of answers.entries()) {
      const other = [b, a][n % 2]!.url;
      expect((await send(other, 'GET', `${FILES}/${body.id}`, { token })).text).toBe(`content ${n}`);
      expect((await send(other, 'DELETE', `${FILES}/${body.id}`, { token })).status).toBe(204);
      expect((await send(other, 'GET', `${FILES}/${body.id}`, { token })).status).toBe(404);
    }
    expect(await filesIn(folder)).toEqual([]);
  });

  it('one is killed in the middle of uploads: the other one works on, and its job leaves nothing', async () => {
    const [a, b] = processes as [ApiProcess, ApiProcess];
    const sockets = Array.from({ length: 5 }, () => {
      const socket = connect(a.port, '127.0.0.1').on('error', () => undefined);
      socket.write(
        `POST ${FILES} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\ncontent-type: ${multipartHeaders['content-type']}\r\ncontent-length: 5000000\r\n\r\n`,
      );
      socket.write(Buffer.concat([partHead(file), Buffer.alloc(MEGABYTE)]));
      return socket;
    });
    await expect.poll(() => filesIn(folder)).toHaveLength(5);
    await a.kill();
    for (const socket of sockets) socket.destroy();
    const { status, body } = await upload(b.url, token, 'kept');
    expect([status, (await filesIn(folder)).length]).toEqual([201, 6]);
    const yesterday = new Date(Date.now() - 48 * 3_600_000);
    for (const path of await filesIn(folder))
      if (!path.endsWith(body.id)) await utimes(path, yesterday, yesterday);
    const worker = await ApiProcess.start({
      DATABASE_URL: database.url,
      STORAGE_DIR: folder,
      WORKER: 'inside',
    });
    processes.push(worker);
    await query(
      `INSERT INTO ${JOBS_SCHEMA}.job (id, name, data) VALUES (gen_random_uuid(), 'storage.remove-orphans', '{}')`,
    );
    await expect.poll(() => filesIn(folder)).toHaveLength(1);
    expect(await filesIn(folder)).toEqual([expect.stringMatching(`${body.id}$`)]);
    expect((await send(b.url, 'GET', `${FILES}/${body.id}`, { token })).text).toBe('kept');
  });
});
