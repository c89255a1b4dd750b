import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { SOON } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { multipartBytes, multipartHeaders, partHead } from '../support/multipart.js';
import { TestApp } from '../support/test-app.js';

const FILES = '/api/v1/files';
const MEGABYTE = 1024 * 1024;
const CLIENTS = 500;
/** Clients of one user at the same time; the server reads ten of their forms. */
const AT_ONCE = 10;

const file = { name: 'file', filename: 'a.txt' };

let app: TestApp;
let token: string;
let kept: string;
beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  token = await app.loginAs('demo');
  const raw = multipartBytes({ ...file, content: Buffer.alloc(5 * MEGABYTE) });
  kept = (await app.request('POST', FILES, { token, raw, headers: multipartHeaders })).body.id;
});
afterAll(() => app.stop());

const storedFiles = async (): Promise<string[]> => {
  const entries = await readdir(app.storageDir, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => (entry.isFile() ? [entry.name] : []));
};
/** Handles of files of the storage. */
const openFiles = async (): Promise<string[]> => {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(app.storageDir));
};
const handles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

/** Runs many clients, some at a time. */
async function run(client: (socket: Socket, n: number) => Promise<void>): Promise<void> {
  const { hostname, port } = new URL(app.url);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < CLIENTS; n = next++) {
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      await client(socket, n);
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

const head = (method: string, path: string, headers: Record<string, string> = {}): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: a',
    `authorization: Bearer ${token}`,
    ...Object.entries(headers).map((header) => header.join(': ')),
    '\r\n',
  ].join('\r\n');

describe.skipIf(process.platform !== 'linux')(`${CLIENTS} clients that leave`, () => {
  it('in the middle of an upload leave neither files nor open handles', async () => {
    const before = await handles();
    await run(async (socket, n) => {
      socket.write(head('POST', FILES, { ...multipartHeaders, 'content-length': '5000000' }));
      const bytes = Buffer.concat([partHead(file), Buffer.alloc((n % 50) * 20_000)]);
      await new Promise((resolve) => socket.write(bytes, resolve));
    });
    await vi.waitFor(
      async () => expect([await storedFiles(), await openFiles()]).toEqual([[kept], []]),
      SOON,
    );
    await vi.waitFor(async () => expect(await handles()).toBeLessThanOrEqual(before + AT_ONCE), SOON);
    const raw = multipartBytes({ ...file, content: 'a' });
    const { status } = await app.request('POST', FILES, { token, raw, headers: multipartHeaders });
    expect(status).toBe(201);
  });

  it('in the middle of a download leave no open handles', async () => {
    const before = await handles();
    await run(async (socket, n) => {
      socket.write(head('GET', `${FILES}/${kept}`));
      if (n % 2 === 0) await once(socket, 'data');
    });
    await vi.waitFor(async () => expect(await openFiles()).toEqual([]), SOON);
    await vi.waitFor(async () => expect(await handles()).toBeLessThanOrEqual(before + AT_ONCE), SOON);
  });
});
