import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProcessBus } from '@gatehouse/process-bus';
import { Sockets, socketTimes } from '@gatehouse/sockets';
import { SOON } from '@gatehouse/testing';
import { USER_CHANGED } from '@gatehouse/users';
import { apiKey } from '../support/matrix/scene.js';
import { cookieLogIn, logIn, newcomer, type Person } from '../support/people.js';
import { SocketClient } from '../support/socket-client.js';
import { PASSWORD, TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: string;
const usual = { ...socketTimes };

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());
afterEach(() => void Object.assign(socketTimes, usual));

const socketsOf = ({ app: { app: nest } } = { app }) => nest.get(Sockets, { strict: false });

/** Everything that the server pushes to a user. */
function push(userId: string, data: unknown): void {
  for (const socket of socketsOf().of(userId)) socket.push('test', data);
}

describe('A socket ends', () => {
  it('when its client does not authenticate in time', async () => {
    expect(socketTimes.anonymous).toBe(10_000);
    socketTimes.anonymous = 50;
    const client = await SocketClient.open(app.url);
    expect(await client.end()).toEqual({ code: 4401, reason: 'Authentication required' });
  });

  it('after its life, so that its client reconnects', async () => {
    expect(socketTimes.life).toBe(3_600_000);
    socketTimes.life = 1;
    const client = await SocketClient.open(app.url, { headers: { authorization: `Bearer ${admin}` } });
    expect(await client.end()).toEqual({ code: 1001, reason: 'Reconnect' });
  });

  it.each<[how: string, end: (person: Person) => Promise<unknown>]>([
    ['logs out', ({ token }) => app.request('POST', '/api/v1/auth/logout', { token })],
    [
      'is disabled',
      ({ id }) => app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body: { isActive: false } }),
    ],
    ['is deleted', ({ id }) => app.request('DELETE', `/api/v1/users/${id}`, { token: admin })],
    [
      'gets another password',
      ({ id }) =>
        app.request('POST', `/api/v1/users/${id}/set-password`, {
          token: admin,
          body: { password: 'An0therPassw0rd' },
        }),
    ],
  ])('when its user %s, and nothing is pushed to it from then on', async (_, end) => {
    const person = await newcomer(app);
    const client = await SocketClient.authenticated(app.url, person.token);
    push(person.id, 'before');
    await end(person);
    push(person.id, 'after');
    expect((await client.end()).code).toBe(4401);
    expect(client.payloads('test')).toEqual(['before']);
  });

  it('when its session or its key is revoked, and no other does', async () => {
    const { username, token } = await newcomer(app);
    const other = await logIn(app, username);
    const key = await apiKey(app, token, []);
    const clients = await Promise.all(
      [token, other.token, key].map((each) => SocketClient.authenticated(app.url, each)),
    );
    const keys = await app.request('GET', '/api/v1/auth/api-keys', { token });
    const { id } = (keys.body.items ?? keys.body)[0];
    await app.request('DELETE', `/api/v1/auth/api-keys/${id}`, { token });
    expect(await clients[2]!.end()).toEqual({ code: 4401, reason: 'Invalid API Key' });
    await app.request('POST', '/api/v1/auth/logout', { token: other.token });
    expect(await clients[1]!.end()).toEqual({ code: 4401, reason: 'Invalid authentication credentials' });
    expect(await clients[0]!.ask('echo', 'x')).toMatchObject({ event: 'echo' });
    await clients[0]!.close();
  });

  it('on the other devices of a user who changes the password, and goes on at this one', async () => {
    const { username, token } = await newcomer(app);
    const other = await logIn(app, username);
    const [here, there] = await Promise.all([
      SocketClient.authenticated(app.url, token),
      SocketClient.authenticated(app.url, other.token),
    ]);
    const body = { currentPassword: PASSWORD, newPassword: 'An0therPassw0rd' };
    expect((await app.request('POST', '/api/v1/auth/change-password', { token, body })).status).toBe(204);
    expect((await there.end()).code).toBe(4401);
    expect(await here.ask('echo', 'x')).toMatchObject({ event: 'echo' });
    await here.close();
  });

  it('when the session of its cookie does', async () => {
    const { username } = await newcomer(app);
    const cookie = await cookieLogIn(app, username);
    const client = await SocketClient.open(app.url, { headers: { cookie, origin: app.url } });
    await app.request('DELETE', '/api/v1/auth/session', { headers: { cookie, origin: app.url } });
    expect((await client.end()).code).toBe(4401);
  });

  it('when its token expires, unless the client has sent a newer one', async () => {
    const own = await TestApp.start({ ACCESS_TOKEN_TTL_SECONDS: '10' });
    const { username, token } = await newcomer(own);
    const clients = await Promise.all([
      SocketClient.authenticated(own.url, token),
      SocketClient.authenticated(own.url, token),
    ]);
    const opened = performance.now();
    await sleep(2_000);
    const newer = await logIn(own, username);
    expect(await clients[1]!.ask('auth', { token: newer.token })).toMatchObject({ event: 'auth' });
    expect(await clients[0]!.end()).toEqual({ code: 4401, reason: 'Invalid authentication credentials' });
    const lived = performance.now() - opened;
    expect(clients[1]!.closed).toBeUndefined();
    expect((await clients[1]!.end()).code).toBe(4401);
    expect(performance.now() - opened).toBeGreaterThan(lived);
    await own.stop();
  });

  it('when its client no longer answers', async () => {
    expect(socketTimes.heartbeat).toBe(30_000);
    socketTimes.heartbeat = 100;
    const own = await TestApp.start();
    const headers = { authorization: `Bearer ${await own.loginAs('demo')}` };
    const silent = await SocketClient.open(own.url, { headers, autoPong: false });
    const answering = await SocketClient.open(own.url, { headers });
    expect((await silent.end()).code).toBe(1006);
    await sleep(300);
    expect(await answering.ask('echo', 'x')).toMatchObject({ event: 'echo' });
    await answering.close();
    await own.stop();
  });

  it('when its client does not read what it is sent', async () => {
    const { id, token } = await newcomer(app);
    const client = await SocketClient.authenticated(app.url, token);
    client.socket.pause();
    const text = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 1_000 && [...socketsOf().of(id)].length > 0; i++) {
      push(id, text);
      await sleep(1);
    }
    expect([...socketsOf().of(id)]).toEqual([]);
    client.socket.resume();
    expect((await client.end()).code).toBe(1006);
  });

  it('while credentials cannot be checked, it gets nothing, and then everything', async () => {
    const { id, token } = await newcomer(app);
    const client = await SocketClient.authenticated(app.url, token);
    const lock = app.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    await app.app.get(ProcessBus).publish(USER_CHANGED, id);
    push(id, 1);
    push(id, 2);
    await sleep(100);
    expect(client.payloads('test')).toEqual([]);
    await lock.rollbackTransaction();
    await lock.release();
    await expect.poll(() => client.payloads('test'), SOON).toEqual([1, 2]);
    await client.close();
  });

  it('is told to read again after messages of other processes may have been missed', async () => {
    const { id, token } = await newcomer(app);
    const client = await SocketClient.authenticated(app.url, token);
    await app.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'gatehouse-bus'`,
    );
    expect(await client.next(({ event }) => event === 'resync')).toEqual({ event: 'resync' });
    push(id, 'still here');
    await client.next(({ data }) => data === 'still here');
    await client.close();
  });

  it('belongs to one user', async () => {
    const [{ token }, other] = await Promise.all([newcomer(app), newcomer(app)]);
    const client = await SocketClient.authenticated(app.url, token);
    expect(await client.ask('auth', { token: other.token })).toMatchObject({
      data: { status: 400, detail: 'The connection belongs to another user' },
    });
    expect([...socketsOf().of(other.id)]).toEqual([]);
    await client.close();
    await expect.poll(() => socketsOf().userIds.length).toBe(0);
  });
});

describe('Hostile frames', () => {
  /** A masked frame, as clients have to send it. */
  const frame = (opcode: number, payload: Buffer, first = 0x80 | opcode): Buffer => {
    const { length } = payload;
    const size =
      length < 126 ? Buffer.from([0x80 | length]) : Buffer.from([0x80 | 126, length >> 8, length & 255]);
    return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(4), payload]);
  };
  const text = (content: string) => Buffer.from(content);

  it.each<[code: number, what: string, bytes: Buffer]>([
    [1009, 'a message over 16 KB', frame(1, Buffer.alloc(16 * 1024 + 1, 'a'))],
    [
      1009,
      'a message over 16 KB in fragments',
      Buffer.concat([
        frame(1, Buffer.alloc(16 * 1024, 'a'), 1),
        ...Array.from({ length: 4 }, () => frame(0, Buffer.alloc(1024, 'a'), 0)),
      ]),
    ],
    [1009, 'a length of 2^62', Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    [1007, 'bytes that are not UTF-8', frame(1, Buffer.from([0xc3, 0x28]))],
    [1003, 'a binary message', frame(2, text('{"event":"echo","data":"hi"}'))],
    [1002, 'a compressed message, which was not agreed', frame(1, text('x'), 0xc1)],
    [1002, 'an unmasked frame', Buffer.from([0x81, 0x01, 0x61])],
    [1002, 'an unknown opcode', frame(3, text('x'))],
    [1002, 'a continuation of nothing', frame(0, text('x'))],
  ])('end their socket with %s: %s', async (code, _, bytes) => {
    const client = await SocketClient.open(app.url);
    const { _socket: wire } = client.socket as unknown as { _socket: import('node:net').Socket };
    wire.write(bytes);
    expect((await client.end()).code).toBe(code);
  });

  it('never inflate, since no compression is agreed', async () => {
    const client = await SocketClient.open(app.url, { perMessageDeflate: true });
    expect(client.socket.extensions).toBe('');
    await client.close();
  });

  it('of a flood are handled in turn, while others are served', async () => {
    const [flood, other] = await Promise.all([
      SocketClient.authenticated(app.url, admin),
      SocketClient.authenticated(app.url, admin),
    ]);
    const message = frame(1, text('{"event":"x"}'));
    const { _socket: wire } = flood.socket as unknown as { _socket: import('node:net').Socket };
    wire.write(Buffer.concat(Array.from({ length: 20_000 }, () => message)));
    for (let i = 0; i < 10; i++) expect(await other.ask('echo', 'x')).toMatchObject({ event: 'echo' });
    expect(flood.payloads('error').length).toBeLessThan(20_000);
    flood.socket.terminate();
    await other.close();
    await expect.poll(() => socketsOf().userIds.length, SOON).toBe(0);
  });

  it('that never come do not keep a half-open connection', async () => {
    socketTimes.anonymous = 100;
    const wire = connect(Number(new URL(app.url).port), '127.0.0.1');
    wire.write(
      'GET /ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n' +
        'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    // It answers no close frame either.
    wire.resume();
    await once(wire, 'close');
  });
});
