import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { JobTable } from '@gatehouse/jobs/testing';
import { Storage } from '@gatehouse/storage';
import { S3Server } from '@gatehouse/storage/testing';
import { Readable } from 'node:stream';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/http-client.js';
import { multipartBytes, multipartHeaders } from '../support/multipart.js';
import { type Answer, TestApp } from '../support/test-app.js';

const FILES = '/api/v1/files';
const content = randomBytes(3_000_000);

let server: S3Server;
beforeAll(async () => {
  server = await S3Server.start();
});
afterAll(() => server.stop());

const upload = (app: TestApp, token: string): Promise<Answer> =>
  app.request('POST', FILES, {
    token,
    raw: multipartBytes({ name: 'file', filename: 'a.bin', content }),
    headers: multipartHeaders,
  });

describe('Files in S3', () => {
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    app = await TestApp.start({ ...server.settings, THROTTLE_DISABLED: 'true' });
    token = await app.loginAs('demo');
  });
  afterAll(() => app.stop());

  it('are uploaded, downloaded in parts, and deleted through the gate', async () => {
    const { status, body } = await upload(app, token);
    expect([status, await server.keys()]).toEqual([201, [body.id]]);
    const headers = { authorization: `Bearer ${token}` };
    const whole = await call(app.url, 'GET', `${FILES}/${body.id}`, { headers });
    expect(whole.bytes.equals(content)).toBe(true);
    const range = { ...headers, range: 'bytes=1000000-1000009' };
    const part = await call(app.url, 'GET', `${FILES}/${body.id}`, { headers: range });
    expect([part.status, part.bytes]).toEqual([206, content.subarray(1_000_000, 1_000_010)]);
    expect((await app.request('GET', `${FILES}/${body.id}`)).status).toBe(401);
    expect((await app.request('DELETE', `${FILES}/${body.id}`, { token })).status).toBe(204);
    expect(await server.keys()).toEqual([]);
  });

  it('that nobody owns are removed by the job', async () => {
    const old = uuidv7({ msecs: Date.now() - 48 * 3_600_000 });
    await app.app.get(Storage).put(old, Readable.from(['orphan']));
    const { body } = await upload(app, token);
    const jobs = new JobTable(app.app);
    await jobs.boss.send('storage.remove-orphans', {});
    await jobs.workOff('storage.remove-orphans');
    expect(await server.keys()).toEqual([body.id]);
  });

  it('are checked by /health/ready', async () => {
    const { body } = await app.request('GET', '/health/ready');
    expect([body.status, body.checks.storage]).toEqual(['ok', 'ok']);
  });
});

describe('S3 that cannot be used', () => {
  const sockets = new Set<Socket>();
  let behave: (socket: Socket) => void;
  const broken = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    behave(socket);
  });
  let app: TestApp;
  let token: string;
  beforeAll(async () => {
    await once(broken.listen(0, '127.0.0.1'), 'listening');
    app = await TestApp.start({
      ...server.settings,
      S3_ENDPOINT: `http://127.0.0.1:${(broken.address() as AddressInfo).port}`,
      S3_TIMEOUT_SECONDS: '1',
    });
    token = await app.loginAs('demo');
  });
  afterAll(async () => {
    await app.stop();
    for (const socket of sockets) socket.destroy();
    broken.close();
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is away', (socket) => socket.destroy()],
    ['is silent', () => undefined],
    ['breaks in the middle of an upload', (socket) => socket.once('data', () => socket.destroy())],
  ])('is 503 with Retry-After, leaves nothing, and degrades the readiness: it %s', async (_, behaviour) => {
    behave = behaviour;
    const answer = await upload(app, token);
    expect([answer.status, answer.body.detail]).toEqual([503, 'The storage is unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await app.dataSource.query('SELECT FROM files')).toEqual([]);
    const ready = await app.request('GET', '/health/ready');
    expect([ready.status, ready.body.status, ready.body.checks.storage]).toEqual([200, 'degraded', 'away']);
    expect((await app.request('GET', '/api/v1/books')).status).toBe(200);
  });
});
