import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiKey } from '../support/matrix/scene.js';
import { cookieLogIn } from '../support/people.js';
import { refusedUpgrade, SocketClient } from '../support/socket-client.js';
import { TestApp } from '../support/test-app.js';

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start();
  token = await app.loginAs('demo');
});
afterAll(() => app.stop());

describe('A client of the WebSocket', () => {
  it('authenticates by its first message, and gets its text back', async () => {
    const client = await SocketClient.open(app.url);
    client.send('auth', { token });
    expect(await client.next(({ event }) => event === 'auth')).toEqual({
      event: 'auth',
      data: { userId: expect.any(String), username: 'demo' },
    });
    client.send('echo', 'hi');
    expect(await client.next(({ event }) => event === 'echo')).toEqual({
      event: 'echo',
      data: 'Message text was: hi',
    });
    await client.close();
  });

  it.each(['bearer', 'key', 'cookie'])('authenticates by the %s of its upgrade', async (kind) => {
    const headers: Record<string, Record<string, string>> = {
      bearer: { authorization: `Bearer ${token}` },
      key: { 'x-api-key': await apiKey(app, token, []) },
      cookie: { cookie: await cookieLogIn(app, 'demo'), origin: app.url },
    };
    const client = await SocketClient.open(app.url, { headers: headers[kind] });
    expect(await client.ask('echo', 'hi')).toMatchObject({ data: 'Message text was: hi' });
    await client.close();
  });

  it('authenticates by an API key in a message', async () => {
    const client = await SocketClient.authenticated(app.url, await apiKey(app, token, []));
    expect(await client.ask('echo', 'hi')).toMatchObject({ data: 'Message text was: hi' });
    // It holds no permission.
    expect(await client.ask('join', { room: 'a' })).toMatchObject({ event: 'error', data: { status: 403 } });
    await client.close();
  });

  it('is refused everything but authentication before', async () => {
    const client = await SocketClient.open(app.url);
    for (const event of ['echo', 'join', 'leave', 'say']) {
      const { data, ...rest } = await client.ask(event, 'hi');
      expect(rest).toEqual({ event: 'error', id: expect.any(Number) });
      expect(data).toMatchObject({
        type: '/problems/unauthenticated',
        status: 401,
        detail: 'Authentication required',
        instance: '/ws',
        requestId: expect.stringMatching(/\.\d+$/),
      });
    }
    expect(await client.ask('auth', { token: `${token}x` })).toMatchObject({
      event: 'error',
      data: { status: 401, detail: 'Invalid authentication credentials' },
    });
    expect(await client.ask('auth', { token })).toMatchObject({ event: 'auth' });
    await client.close();
  });

  it('is refused with bad credentials in its upgrade', async () => {
    const all: Record<string, string>[] = [{ authorization: `Bearer ${token}x` }, { 'x-api-key': 'ghk_x' }];
    for (const headers of all) {
      const { status, body } = await refusedUpgrade(app.url, { headers });
      expect([status, body.type]).toEqual([401, '/problems/unauthenticated']);
    }
  });

  it('may not send a cookie without an origin, or from a page of another', async () => {
    const cookie = await cookieLogIn(app, 'demo');
    const all: Record<string, string>[] = [{ cookie }, { cookie, origin: 'https://evil.example' }];
    for (const headers of all) {
      const { status, body } = await refusedUpgrade(app.url, { headers });
      expect([status, body.detail]).toEqual([403, 'Cross-site request refused']);
    }
    const { status } = await refusedUpgrade(app.url, { headers: { origin: 'https://evil.example' } });
    expect(status).toBe(403);
  });

  it('gets problem documents for what it may not or cannot send', async () => {
    const client = await SocketClient.authenticated(app.url, token);
    const problemOf = async (event: string, data?: unknown) => (await client.ask(event, data)).data;
    expect(await problemOf('nothing')).toMatchObject({ status: 404, detail: 'There is no such event' });
    expect(await problemOf('__proto__')).toMatchObject({ status: 404 });
    expect(await problemOf('constructor')).toMatchObject({ status: 404 });
    expect(await problemOf('join', { room: '' })).toMatchObject({
      status: 422,
      errors: [{ path: 'room', code: 'minLength' }],
    });
    expect(await problemOf('join')).toMatchObject({ status: 422, errors: [{ path: 'room' }] });
    expect(await problemOf('join', { room: 'a', more: 1 })).toMatchObject({
      status: 422,
      errors: [{ path: 'more' }],
    });
    for (const data of [[], null, 5, 'a', { room: 5 }, { room: { __proto__: 'a' } }])
      expect(await problemOf('join', data)).toMatchObject({ status: 422 });
    expect(await problemOf('say', { room: 'unjoined', text: 'hi' })).toMatchObject({
      status: 400,
      detail: 'Join the room first',
    });
    for (const text of ['', '{', '[]', 'null', '5', '"echo"', '{}', '{"event":5}', '{"event":"echo","x":1}'])
      client.socket.send(text);
    client.socket.send('{"event":"echo","data":"hi","id":{}}');
    client.socket.send('{"event":"echo","data":"hi","__proto__":{}}');
    await expect.poll(() => client.received.filter(({ id }) => id === undefined).length).toBe(11);
    for (const { event, data } of client.received.filter(({ id }) => id === undefined))
      expect([event, data.status]).toEqual(['error', 400]);
    expect(await client.ask('echo', 'still here')).toMatchObject({ event: 'echo' });
    await client.close();
  });

  it('is answered in the order of its messages', async () => {
    const client = await SocketClient.authenticated(app.url, token);
    for (let i = 0; i < 200; i++) client.send('echo', String(i));
    await expect.poll(() => client.payloads('echo').length, { timeout: 30_000 }).toBe(200);
    expect(client.payloads('echo')).toEqual(Array.from({ length: 200 }, (_, i) => `Message text was: ${i}`));
    await client.close();
  });
});
