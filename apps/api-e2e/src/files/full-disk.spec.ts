import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayMount } from '@gatehouse/storage/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multipartBytes, multipartHeaders } from '../support/multipart.js';
import { type Answer, TestApp } from '../support/test-app.js';

const canMount = mayMount();
if (!canMount) process.stderr.write('SKIPPED, since no file system can be mounted here: a full disk\n');

describe.skipIf(!canMount)('A full disk', () => {
  let folder: string;
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]);
    app = await TestApp.start({ STORAGE_DIR: join(folder, 'files'), THROTTLE_DISABLED: 'true' });
    token = await app.loginAs('demo');
  });
  afterAll(async () => {
    await app.stop();
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true, force: true });
  });

  const upload = (megabytes: number): Promise<Answer> =>
    app.request('POST', '/api/v1/files', {
      token,
      raw: multipartBytes({ name: 'file', filename: 'a', content: Buffer.alloc(megabytes * 1024 * 1024) }),
      headers: multipartHeaders,
    });
  const stored = async (): Promise<string[]> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  };

  it('is 503 with Retry-After, leaves nothing, and takes files again when there is room', async () => {
    const kept = await upload(2);
    const answers = await Promise.all([upload(2), upload(8)]);
    for (const { status, headers } of answers)
      expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect([await stored(), await app.dataSource.query('SELECT id FROM files')]).toEqual([
      [kept.body.id],
      [{ id: kept.body.id }],
    ]);
    expect((await app.request('GET', '/api/v1/books')).status).toBe(200);
    await app.request('DELETE', `/api/v1/files/${kept.body.id}`, { token });
    expect((await upload(2)).status).toBe(201);
  });
});
