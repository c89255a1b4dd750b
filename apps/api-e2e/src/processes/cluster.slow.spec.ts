// needs: books, files, notifications, realtime, ticketing
import { randomUUID } from 'node:crypto';
import { createTestDatabase, describeWithRedis, SOON } from '@gatehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { Client } from '../support/client.js';
import { call } from '../support/http-client.js';
import { multipart } from '../support/multipart.js';
import { SocketClient } from '../support/socket-client.js';
import { emptyRedis } from '../support/two-processes.js';

/**
 * Base URLs of an installation with its development data, separated by commas: of each process, or of the proxy before
 * them. Without them, three processes are started.
 */
const { CLUSTER_URLS } = process.env;
const PROCESSES = 3;
const REDIS_NUMBER = 13;

describeWithRedis('A cluster', (redisUrl) => {
  /** One after the other, in turn. */
  let clients: Client[];
  let stop: () => Promise<void>;
  let admin: string;
  let username: string;
  let token: string;
  let turn = 0;

  const next = (): Client => clients[turn++ % clients.length]!;
  const everywhere = <T>(ask: (client: Client) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: PROCESSES }, () => ask(next())));
  const create = async (path: string, body: object): Promise<string> => {
    const { status, text, body: created } = await next().send('POST', path, { token: admin, body });
    expect(status, text).toBe(201);
    return created.id;
  };
  const send = async (body: object): Promise<number> =>
    (await next().send('POST', '/api/v1/notifications', { token: admin, body })).status;

  beforeAll(async () => {
    const urls = CLUSTER_URLS?.split(',') ?? (await start());
    clients = urls.map((url) => new Client(url));
    admin = await next().tokenOf('admin');
    username = `member-${randomUUID()}`;
    const body = { username, email: `${username}@example.com`, password: 'Passw0rd' };
    expect((await next().send('POST', '/api/v1/auth/register', { body })).status).toBe(201);
    token = await next().tokenOf(username);
  });
  afterAll(() => stop?.());

  const start = async (): Promise<string[]> => {
    const { url, drop } = await createTestDatabase();
    const REDIS_URL = await emptyRedis(redisUrl, REDIS_NUMBER);
    const variables = { DATABASE_URL: url, REDIS_URL, THROTTLE_DISABLED: 'false' };
    const processes = Array.from({ length: PROCESSES }, () => ApiProcess.launch(variables));
    stop = async () => {
      await Promise.all(processes.map((api) => api.stop()));
      await drop();
    };
    await Promise.all(processes.map((api) => api.ready()));
    return processes.map(({ url }) => url);
  };

  it('shows a write everywhere with the next request', async () => {
    const author = `Author ${randomUUID()}`;
    const id = await create('/api/v1/books', { title: 'Title', author, description: 'Text.', rating: 3 });
    const list = `/api/v1/books/author/${encodeURIComponent(author)}`;
    for (let n = 0; n < 5; n++) {
      await everywhere((client) => client.get(list));
      const change = { token: admin, body: { title: `Title ${n}` } };
      expect((await next().send('PATCH', `/api/v1/books/${id}`, change)).status).toBe(200);
      const lists = await everywhere((client) => client.get(list));
      expect(lists.map(({ body }) => body.items[0].title)).toEqual(lists.map(() => `Title ${n}`));
    }
    expect((await next().send('DELETE', `/api/v1/books/${id}`, { token: admin })).status).toBe(204);
  });

  it('refuses a token everywhere once it has been logged out', async () => {
    const own = await next().tokenOf(username);
    const me = (client: Client) => client.get('/api/v1/users/me', { token: own });
    expect((await everywhere(me)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await next().send('POST', '/api/v1/auth/logout', { token: own })).status).toBe(204);
    expect((await everywhere(me)).map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it('serves at one process what was uploaded to another', async () => {
    const form = multipart({ name: 'file', filename: 'a.txt', content: 'shared' });
    const { status, body } = await next().send('POST', '/api/v1/files', { token, ...form });
    expect(status).toBe(201);
    const download = async (client: Client) => {
      const headers = { authorization: `Bearer ${token}` };
      const reply = await call(client.url, 'GET', `/api/v1/files/${body.id}`, { headers });
      return `${reply.status} ${reply.status === 200 ? reply.text : ''}`;
    };
    expect(await everywhere(download)).toEqual(Array(PROCESSES).fill('200 shared'));
    expect((await next().send('DELETE', `/api/v1/files/${body.id}`, { token })).status).toBe(204);
    expect(await everywhere(download)).toEqual(Array(PROCESSES).fill('404 '));
  });

  it('delivers later what is scheduled, once', async () => {
    const { body: user } = await next().get('/api/v1/users/me', { token });
    const sendAt = new Date(Date.now() + 1_000).toISOString();
    const notification = { userId: user.id, title: 'Later', body: 'Text', sendAt };
    expect(await send(notification)).toBe(202);
    const received = async () => (await next().get('/api/v1/notifications', { token })).body.items.length;
    await expect.poll(received, SOON).toBe(1);
  });

  it('sends messages and notifications to the sockets of all processes', async () => {
    const sockets = await everywhere(({ url }) => SocketClient.authenticated(url, token));
    const room = randomUUID();
    for (const socket of sockets) await socket.ask('join', { room });
    sockets[0]!.send('say', { room, text: 'hello' });
    const { data } = await sockets[0]!.ask('auth', { token });
    expect(await send({ userId: data.userId, title: 'News', body: 'Text' })).toBe(202);
    for (const socket of sockets) {
      await socket.next((message) => String(message.data).endsWith(': hello'));
      await socket.next(({ event, data }) => event === 'notification' && data.title === 'News');
    }
    await Promise.all(sockets.map((socket) => socket.close()));
    const { body } = await next().get('/api/v1/notifications', { token });
    expect(body.items.map(({ title }: { title: string }) => title).toSorted()).toEqual(['Later', 'News']);
  });

  it('ends the sockets of a session everywhere when it is logged out', async () => {
    const own = await next().tokenOf(username);
    const sockets = await everywhere(({ url }) => SocketClient.authenticated(url, own));
    await next().send('POST', '/api/v1/auth/logout', { token: own });
    for (const socket of sockets) expect((await socket.end()).code).toBe(4401);
  });

  it('sells no more places than there are, at all processes at once', async () => {
    const ticketing = '/api/v1/ticketing';
    const [name, date] = [randomUUID(), new Date(Date.now() - 60_000).toISOString()];
    const organiserId = await create(`${ticketing}/organisers`, { name });
    const eventId = await create(`${ticketing}/events`, { organiserId, name, openDate: date, quota: 5 });
    const sessionId = await create(`${ticketing}/sessions`, { eventId, name, date });
    const free = { eventId, name, priceCents: 0, currency: 'EUR' };
    const categoryId = await create(`${ticketing}/categories`, free);
    const sales = await Promise.all(
      Array.from({ length: 20 }, () =>
        next().send('POST', `${ticketing}/tickets`, { token: admin, body: { categoryId, sessionId } }),
      ),
    );
    expect(sales.map(({ status }) => status).toSorted()).toEqual([
      ...Array(5).fill(201),
      ...Array(15).fill(400),
    ]);
  });

  // The last, since the user has no requests left.
  it('limits the requests of a user to all processes together', async () => {
    const ask = (client: Client) => client.get('/api/v1/users/me', { token });
    const remaining = Number((await ask(next())).headers['ratelimit-remaining']);
    const answers = await Promise.all(Array.from({ length: remaining + 20 }, () => ask(next())));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(remaining);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });
});
