import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Draining, Metrics } from '@gatehouse/observability';
import { rawRequest } from '../support/raw-request.js';
import { refusedUpgrade, SocketClient } from '../support/socket-client.js';
import { TestApp } from '../support/test-app.js';

const HEADS = {
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
};

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({
    ALLOWED_HOSTS: '127.0.0.1,shop.example',
    ALLOWED_ORIGINS: 'https://app.example',
    TRUST_PROXY: 'loopback',
  });
});
afterAll(() => app.stop());

/** Everything that the server sends in response to a request with other headers than the usual ones. */
function ask(line: string, changes: Record<string, string | undefined> = {}, rest = ''): Promise<string> {
  const headers = Object.entries({ host: '127.0.0.1', ...HEADS, ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return rawRequest(app.url, `${line} HTTP/1.1\r\n${headers.join('')}\r\n${rest}`, 300);
}
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const problemOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

describe('A request for a WebSocket', () => {
  it('opens one, whatever the spelling of the path', async () => {
    for (const path of ['/ws', '/ws/', 'http://127.0.0.1/ws'])
      expect([path, statusOf(await ask(`GET ${path}`))]).toEqual([path, 101]);
  });

  it.each<[status: number, what: string, line: string, changes: Record<string, string | undefined>]>([
    [426, 'without an upgrade', 'GET /ws', { upgrade: undefined, connection: undefined }],
    [426, 'to another protocol', 'GET /ws', { upgrade: 'h2c' }],
    [426, 'of another version', 'GET /ws', { 'sec-websocket-version': '8' }],
    [426, 'without a version', 'GET /ws', { 'sec-websocket-version': undefined }],
    [400, 'without a key', 'GET /ws', { 'sec-websocket-key': undefined }],
    [400, 'with a bad key', 'GET /ws', { 'sec-websocket-key': 'short' }],
    [400, 'with a bad protocol', 'GET /ws', { 'sec-websocket-protocol': ',' }],
    [426, 'with a body', 'GET /ws', { 'content-length': '0' }],
    [404, 'at another path', 'GET /wss', {}],
    [200, 'at a path that answers requests', 'GET /health/live', {}],
    [405, 'by another method', 'POST /ws', { 'content-length': '0' }],
    [400, 'at an unknown host', 'GET /ws', { host: 'evil.example' }],
    [400, 'without a host', 'GET /ws', { host: undefined }],
    [403, 'from a page of another site', 'GET /ws', { origin: 'https://evil.example' }],
    [403, 'from a page without an origin', 'GET /ws', { origin: 'null' }],
    [403, 'from a page of this host by another protocol', 'GET /ws', { origin: 'https://127.0.0.1' }],
    [101, 'from a page of this server', 'GET /ws', { origin: 'http://127.0.0.1' }],
    [101, 'from a page of an allowed origin', 'GET /ws', { origin: 'https://app.example' }],
    [
      101,
      'from a page behind the proxy',
      'GET /ws',
      { origin: 'https://shop.example', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' },
    ],
    [401, 'with bad credentials', 'GET /ws', { authorization: 'Bearer x' }],
  ])('is answered %s: %s', async (status, _, line, changes) => {
    const answer = await ask(line, changes);
    expect(statusOf(answer)).toBe(status);
    expect(answer.toLowerCase()).toContain(status === 101 ? 'sec-websocket-accept: ' : 'x-request-id: ');
    if (status >= 400) expect(problemOf(answer)).toMatchObject({ status, requestId: expect.any(String) });
    if (status === 426) expect(answer).toMatch(/^upgrade: websocket\r$/im);
  });

  it('is refused with every header of a response, and its connection is closed', async () => {
    const answer = await ask('GET /ws', { origin: 'https://evil.example' });
    for (const name of ['x-request-id', 'x-process-time', 'x-content-type-options', 'cache-control', 'vary'])
      expect(answer).toMatch(new RegExp(`^${name}: `, 'im'));
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  it('is not mixed up with an answer that is still being sent', async () => {
    const slow = `GET /openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
    const head = Object.entries(HEADS).map(([name, value]) => `${name}: ${value}\r\n`);
    const answer = await rawRequest(
      app.url,
      `${slow}GET /ws HTTP/1.1\r\nhost: 127.0.0.1\r\n${head.join('')}\r\n`,
      300,
    );
    expect(answer).not.toContain(' 101 ');
  });

  it('takes credentials once only', async () => {
    const token = await app.loginAs('demo');
    const twice = `Bearer ${token}\r\nauthorization: Bearer ${token}`;
    expect(statusOf(await ask('GET /ws', { authorization: twice }))).toBe(401);
  });

  it('is counted, with its address, as the proxy reports it', async () => {
    const headers = { 'x-forwarded-for': '192.0.2.7' };
    const clients = await Promise.all(
      Array.from({ length: 100 }, () => SocketClient.open(app.url, { headers })),
    );
    expect(await app.app.get(Metrics).render()).toMatch(/^sockets_open \d{3}$/m);
    const refused = await refusedUpgrade(app.url, { headers });
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
      body: { detail: 'Too many sockets from one address. Max 100 at once' },
    });
    await (await SocketClient.open(app.url, { headers: { 'x-forwarded-for': '192.0.2.8' } })).close();
    await clients[0]!.close();
    const again = await SocketClient.open(app.url, { headers });
    await Promise.all([again, ...clients.slice(1)].map((client) => client.close()));
  });

  it('is refused to a user with 20 sockets, in the upgrade and in a message', async () => {
    const token = await app.loginAs('moderator');
    const headers = { authorization: `Bearer ${token}` };
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => SocketClient.open(app.url, { headers })),
    );
    const detail = 'Too many sockets of one user. Max 20 at once';
    expect(await refusedUpgrade(app.url, { headers })).toMatchObject({ status: 429, body: { detail } });
    const late = await SocketClient.open(app.url);
    expect(await late.ask('auth', { token })).toMatchObject({ data: { status: 429, detail } });
    await clients[0]!.close();
    expect(await late.ask('auth', { token })).toMatchObject({ event: 'auth' });
    await Promise.all([late, ...clients.slice(1)].map((client) => client.close()));
  });

  it('counts for the limits of requests', async () => {
    const metrics = await app.app.get(Metrics).render();
    expect(metrics).toMatch(/^api_requests_total\{method="GET",route="\/ws",status="101"\} \d+$/m);
    expect(metrics).toMatch(/^sockets_open 0$/m);
  });
});

it('a shutdown ends all sockets, and opens no others', async () => {
  const own = await TestApp.start();
  const client = await SocketClient.open(own.url);
  const done = own.app.get(Draining).begin();
  expect(await client.end()).toEqual({ code: 1001, reason: 'The server is shutting down' });
  await done;
  expect((await refusedUpgrade(own.url)).status).toBe(503);
  await own.stop();
});

it('a server that closes leaves no socket open', async () => {
  const own = await TestApp.start();
  const clients = await Promise.all([SocketClient.open(own.url), SocketClient.open(own.url)]);
  clients[0]!.socket.pause();
  await own.stop();
  clients[0]!.socket.resume();
  for (const client of clients) expect(await client.end()).toMatchObject({ code: 1006 });
});

it('the edge limit counts upgrades, and every message', async () => {
  const own = await TestApp.start({ EDGE_LIMIT: '20' });
  const client = await SocketClient.open(own.url);
  for (let i = 0; i < 30; i++) client.socket.send('{');
  await expect.poll(() => client.received.length).toBe(30);
  const statuses = client.received.map(({ data }) => data.status as number);
  expect(statuses.indexOf(429)).toBe(19);
  expect(statuses.slice(19).every((status) => status === 429)).toBe(true);
  expect((await refusedUpgrade(own.url)).status).toBe(429);
  await client.close();
  await own.stop();
});
