import { once } from 'node:events';
import { readdir, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SOON } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { multipartBytes, multipartHeaders, partHead } from '../support/multipart.js';
import { rawRequest } from '../support/raw-request.js';
import { TestApp } from '../support/test-app.js';

const FILES = '/api/v1/files';
const MEGABYTE = 1024 * 1024;
const BOUNDARY = 'matrix-boundary';

let app: TestApp;
let token: string;
beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  token = await app.loginAs('demo');
});
afterAll(() => app.stop());

const storedFiles = async (): Promise<string[]> => {
  const entries = await readdir(app.storageDir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};
const head = (headers: Record<string, string>, path = FILES): string =>
  [
    `POST ${path} HTTP/1.1`,
    'host: a',
    'connection: close',
    `authorization: Bearer ${token}`,
    ...Object.entries(headers).map((header) => header.join(': ')),
    '\r\n',
  ].join('\r\n');
const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none';

/** Sends a whole body. @returns the status of the response */
async function send(
  body: Buffer | string,
  headers: Record<string, string> = multipartHeaders,
): Promise<string> {
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const bytes = Buffer.concat([Buffer.from(head({ ...headers, ...length })), Buffer.from(body)]);
  return statusOf(await rawRequest(app.url, bytes));
}

/** Sends a body until the server answers or closes. @returns the response, and the bytes that could be sent */
async function flood(start: Buffer, piece: Buffer, total: number): Promise<{ answer: string; sent: number }> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  let sent = 0;
  socket.on('error', () => undefined).on('data', (chunk) => (answer += chunk.toString('latin1')));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(head({ ...multipartHeaders, 'transfer-encoding': 'chunked' }));
  const write = (bytes: Buffer): boolean =>
    socket.write(
      Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]),
    );
  write(start);
  while (sent < total && !answer && !socket.destroyed) {
    sent += piece.length;
    if (!write(piece)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
  }
  await Promise.race([closed, sleep(SOON.timeout)]);
  socket.destroy();
  return { answer, sent };
}

const file = { name: 'file', filename: 'a.txt' };
const good = multipartBytes({ ...file, content: 'a' });

describe('Broken forms are refused and leave nothing', () => {
  it.each<[string, Buffer | string, Record<string, string>?]>([
    ['no boundary', good, { 'content-type': 'multipart/form-data' }],
    ['an empty boundary', good, { 'content-type': 'multipart/form-data; boundary=' }],
    ['another boundary', good, { 'content-type': 'multipart/form-data; boundary=other' }],
    ['no end', good.subarray(0, good.length - 24)],
    ['an end in the middle of a header', good.subarray(0, 60)],
    ['an end in the middle of the content', partHead(file)],
    ['random bytes', Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256))],
    ['JSON', '{"file":"a"}'],
    ['a part without headers', `--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--\r\n`],
    [
      'a part without a name',
      `--${BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
    ],
    ['a field of the prototype', multipartBytes({ ...file, name: '__proto__', content: 'x' })],
    ['a text of the prototype', multipartBytes({ name: 'constructor', content: 'x' })],
    [
      'a thousand texts',
      multipartBytes(...Array.from({ length: 1_200 }, (_, n) => ({ name: `f${n}`, content: '' }))),
    ],
    [
      'broken JSON in a part',
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/json\r\n\r\n{"a":\r\n--${BOUNDARY}--\r\n`,
    ],
  ])('%s', async (_, body, headers) => {
    expect(await send(body, headers)).toMatch(/^(400|422)$/);
    await expect.poll(storedFiles).toEqual([]);
  });

  it('a long text is 413', async () => {
    expect(await send(multipartBytes({ name: 'text', content: 'x'.repeat(70_000) }))).toBe('413');
    const texts = Array.from({ length: 100 }, (_, n) => ({ name: `t${n}`, content: 'x'.repeat(1_000) }));
    expect(await send(multipartBytes(...texts))).toBe('413');
  });

  it('a declared length that is far too large is 413 before the body is sent', async () => {
    const answer = await rawRequest(app.url, head({ ...multipartHeaders, 'content-length': '10000000000' }));
    expect([statusOf(answer), answer]).toEqual([
      '413',
      expect.stringContaining('File size exceeds 10485760 bytes'),
    ]);
  });

  it('a body that is shorter than its declared length is given up when the client leaves', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.write(head({ ...multipartHeaders, 'content-length': '5000000' }));
    socket.write(Buffer.concat([partHead(file), Buffer.alloc(200_000)]));
    await expect.poll(storedFiles).toHaveLength(1);
    socket.destroy();
    await expect.poll(storedFiles).toEqual([]);
  });

  it('a body that drips is 408 once it has had its time', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString('latin1'))).on('error', () => undefined);
    socket.write(head({ ...multipartHeaders, 'content-length': '5000000' }));
    socket.write(partHead(file));
    for (let second = 0; second < 60; second++) {
      socket.write('x'.repeat(1_000));
      if (second === 0) await expect.poll(storedFiles).toHaveLength(1);
      vi.advanceTimersByTime(1_000);
      await sleep(1);
    }
    expect(answer).toBe('');
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => statusOf(answer)).toBe('408');
    await expect.poll(storedFiles).toEqual([]);
    socket.destroy();
    vi.useRealTimers();
  });

  it('an anonymous caller is refused before the body is read', async () => {
    const answer = await rawRequest(
      app.url,
      `POST ${FILES} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 1000\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe('401');
  });
});

describe('Endless bodies are cut off', () => {
  const GIGABYTES = 10_000 * MEGABYTE;

  it.each<[string, Buffer, Buffer, string]>([
    ['a file of 10 GB', partHead(file), Buffer.alloc(MEGABYTE, 'x'), '413'],
    [
      'a million parts',
      Buffer.alloc(0),
      Buffer.concat(Array<Buffer>(1_000).fill(partHead({ name: 'a' }))),
      '400',
    ],
    ['endless headers of a part', Buffer.from(`--${BOUNDARY}\r\nX: `), Buffer.alloc(MEGABYTE, 'y'), '413'],
    [
      'many headers of a part',
      Buffer.from(`--${BOUNDARY}\r\n`),
      Buffer.from('X-Header: value\r\n'.repeat(50_000)),
      '413',
    ],
    ['something before the first part', Buffer.from('start'), Buffer.alloc(MEGABYTE, 'z'), '413'],
    [
      'something else than the file',
      partHead({ ...file, name: 'other' }),
      Buffer.alloc(MEGABYTE, 'x'),
      '413',
    ],
  ])('%s', async (_, start, piece, status) => {
    const before = process.memoryUsage.rss();
    const { answer, sent } = await flood(start, piece, GIGABYTES);
    expect(sent).toBeLessThan(200 * MEGABYTE);
    if (answer) expect(statusOf(answer)).toBe(status);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * MEGABYTE);
    await expect.poll(storedFiles).toEqual([]);
  });
});

describe('Clients that leave', () => {
  const openFiles = async (): Promise<string[]> => {
    const names = await readdir('/proc/self/fd');
    const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
    return targets.filter((target) => target.startsWith(app.storageDir));
  };

  it('in the middle of an upload leave neither files nor open handles', async () => {
    const { hostname, port } = new URL(app.url);
    for (let n = 0; n < 60; n++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(head({ ...multipartHeaders, 'content-length': '5000000' }));
      const bytes = Buffer.concat([partHead(file), Buffer.alloc(n * 20_000)]);
      await new Promise((resolve) => socket.write(bytes, resolve));
      if (n % 3 === 0) await sleep(n);
      socket.destroy();
    }
    await vi.waitFor(async () => expect([await storedFiles(), await openFiles()]).toEqual([[], []]), SOON);
    expect(await send(good)).toBe('201');
  });

  it.skipIf(process.platform !== 'linux')('in the middle of a download leave no open handles', async () => {
    const raw = multipartBytes({ ...file, content: Buffer.alloc(10 * MEGABYTE) });
    const { body } = await app.request('POST', FILES, { token, raw, headers: multipartHeaders });
    const { hostname, port } = new URL(app.url);
    for (let n = 0; n < 60; n++) {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      socket.write(`GET ${FILES}/${body.id} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\n\r\n`);
      if (n % 2 === 0) await once(socket, 'data');
      socket.destroy();
    }
    await vi.waitFor(async () => expect(await openFiles()).toEqual([]), SOON);
  });
});
