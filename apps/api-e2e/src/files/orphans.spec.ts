import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { JobTable } from '@gatehouse/jobs/testing';
import { Storage } from '@gatehouse/storage';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { multipart } from '../support/multipart.js';
import { TestApp } from '../support/test-app.js';

const HOUR_MS = 3_600_000;

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await TestApp.start();
  token = await app.loginAs('demo');
});
afterAll(() => app.stop());

const upload = async (): Promise<string> => {
  const form = multipart({ name: 'file', filename: 'a.txt', content: 'a' });
  return (await app.request('POST', '/api/v1/files', { token, ...form })).body.id;
};
const pathOf = (id: string): string => join(app.storageDir, 'objects', id.slice(0, 6), id);
const storedFiles = async (): Promise<string[]> => {
  const entries = await readdir(app.storageDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
};
const work = async (): Promise<void> => {
  const jobs = new JobTable(app.app);
  await jobs.boss.send('storage.remove-orphans', {});
  await jobs.workOff('storage.remove-orphans');
};

/** Stores an object as an upload of some hours ago did. */
async function store(hoursAgo: number): Promise<string> {
  const key = uuidv7({ msecs: Date.now() - hoursAgo * HOUR_MS });
  await mkdir(join(pathOf(key), '..'), { recursive: true });
  await writeFile(pathOf(key), 'content');
  return key;
}

/** Lets a file look as if it had been uploaded some hours ago. */
async function record(key: string): Promise<void> {
  await app.dataSource.query(
    `INSERT INTO files (id, owner_id, filename, content_type, size, sha256)
     SELECT $1, id, 'a', 'text/plain', 7, repeat('0', 64) FROM users WHERE username = 'demo'`,
    [key],
  );
}

it('removes old objects without a row, and what killed uploads left, and nothing else', async () => {
  const kept = [await upload(), await store(30), await store(2)];
  await record(kept[1]!);
  await Promise.all(Array.from({ length: 30 }, (_, n) => store(25 + n)));
  const unfinished = join(app.storageDir, 'unfinished');
  for (const [name, hours] of [
    ['old', 30],
    ['young', 1],
  ] as const) {
    const time = (Date.now() - hours * HOUR_MS) / 1_000;
    await writeFile(join(unfinished, name), 'half');
    await utimes(join(unfinished, name), time, time);
  }
  await work();
  expect(await storedFiles()).toEqual([...kept, 'young'].toSorted());
  await work();
  expect(await storedFiles()).toEqual([...kept, 'young'].toSorted());
});

it('reports rows whose content is missing, and a download of one is 404', async () => {
  const key = await store(48);
  await record(key);
  await rm(pathOf(key));
  const error = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  await work();
  expect(error).toHaveBeenCalledWith({ msg: 'The content of 1 files is missing', ids: [key] });
  expect((await app.request('GET', `/api/v1/files/${key}`, { token })).status).toBe(404);
  error.mockRestore();
});

it('removes the content of a deleted user', async () => {
  const admin = await app.loginAs('admin');
  const account = { username: 'leaves', email: 'leaves@example.com', password: 'Passw0rd', role: 'user' };
  const { body: user } = await app.request('POST', '/api/v1/users', { token: admin, body: account });
  const key = await store(30);
  await record(key);
  await app.dataSource.query('UPDATE files SET owner_id = $1 WHERE id = $2', [user.id, key]);
  await app.request('DELETE', `/api/v1/users/${user.id}`, { token: admin });
  await work();
  expect(await storedFiles()).not.toContain(key);
});

it('keeps the content when the commit fails in an unknown state, and leaves it to the job', async () => {
  const before = await storedFiles();
  const { manager } = app.dataSource;
  vi.spyOn(manager, 'transaction').mockRejectedValueOnce(
    Object.assign(new Error('lost'), { code: 'ECONNRESET' }),
  );
  const form = multipart({ name: 'file', filename: 'a.txt', content: 'a' });
  const answer = await app.request('POST', '/api/v1/files', { token, ...form });
  expect([answer.status, (await storedFiles()).length]).toEqual([503, before.length + 1]);
});

it('is 503 and leaves nothing when the storage is unavailable', async () => {
  const before = await storedFiles();
  const storage = app.app.get(Storage);
  vi.spyOn(storage, 'put').mockImplementationOnce(async (_key, content) => {
    content.destroy();
    throw Object.assign(new Error('unavailable'), { code: 'ECONNREFUSED' });
  });
  const form = multipart({ name: 'file', filename: 'a.txt', content: 'a'.repeat(200_000) });
  const answer = await app.request('POST', '/api/v1/files', { token, ...form });
  expect([answer.status, answer.headers.get('retry-after') !== null]).toEqual([503, true]);
  expect(await storedFiles()).toEqual(before);
});
