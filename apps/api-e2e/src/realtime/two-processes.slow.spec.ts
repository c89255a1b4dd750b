// needs: ticketing, notifications
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import type { ApiProcess } from '../support/api-process.js';
import { BoxOffice } from '../ticketing/box-office.js';
import { SocketClient } from '../support/socket-client.js';
import { TwoProcesses } from '../support/two-processes.js';

/** A client at a process that is in a room, and its number. */
async function member(api: ApiProcess, token: string, room: string) {
  const client = await SocketClient.authenticated(api.url, token);
  const { data } = await client.ask('join', { room });
  return { client, id: data.clientId as number };
}

const heard = (client: SocketClient, text: string) => client.next(({ data }) => data === text);

describe('Two processes', () => {
  let processes: TwoProcesses;
  let token: string;
  let admin: string;

  beforeAll(async () => {
    processes = await TwoProcesses.start({ LOG_LEVEL: 'info' });
    [token, admin] = await Promise.all([
      processes.a.client.tokenOf('demo'),
      processes.a.client.tokenOf('admin'),
    ]);
  });
  afterAll(() => processes?.stop());

  it('have the same rooms', async () => {
    const { a, b } = processes;
    const [here, there] = [await member(a, token, 'shared'), await member(b, admin, 'shared')];
    here.client.send('say', { room: 'shared', text: 'from a' });
    there.client.send('say', { room: 'shared', text: 'from b' });
    for (const { client } of [here, there]) {
      await heard(client, `Client #${here.id}: from a`);
      await heard(client, `Client #${there.id}: from b`);
    }
    expect(here.client.payloads('say')).toEqual(there.client.payloads('say'));
    there.client.socket.terminate();
    await heard(here.client, `Client #${there.id} disconnected`);
    await here.client.close();
  });

  it('push notifications, whichever of them delivers', async () => {
    const clients = await Promise.all(
      processes.both.map((api) => SocketClient.authenticated(api.url, token)),
    );
    const { data } = await clients[0]!.ask('auth', { token });
    const body = { userId: data.userId, title: 'News', body: 'Text' };
    await processes.a.client.send('POST', '/api/v1/notifications', { token: admin, body });
    for (const client of clients)
      expect((await client.next(({ event }) => event === 'notification')).data).toMatchObject({
        title: 'News',
      });
    await Promise.all(clients.map((client) => client.close()));
  });

  it('push the availability of an event, whichever of them sells', async () => {
    const office = BoxOffice.open(processes.databaseUrl);
    const { eventId, offers } = await office.putOnSale(processes.a.client, admin, 10);
    const client = await SocketClient.authenticated(processes.b.url, token);
    await client.ask('subscribe', { eventId });
    await processes.a.client.send('POST', '/api/v1/ticketing/tickets', { token, body: offers[0] });
    await client.next((message) => message.event === 'availability' && message.data.used === 1);
    await client.close();
    await office.close();
  });

  it('end the sockets of a session that ends at the other, before the response', async () => {
    const own = await processes.a.client.tokenOf('moderator');
    const client = await SocketClient.authenticated(processes.b.url, own);
    await processes.a.client.send('POST', '/api/v1/auth/logout', { token: own });
    expect((await client.end()).code).toBe(4401);
    const { userId } = client.received[0]!.data;
    // One line when it opens and one when it closes, without the token.
    const closed = new RegExp(`"userId":"${userId}","code":4401,.*"msg":"socket_closed"`);
    await expect.poll(() => processes.b.output, SOON).toMatch(closed);
    expect(processes.b.output).toContain('"msg":"socket_opened"');
    expect(processes.b.output).not.toContain(own.slice(-40));
  });

  it('close them with 1001 when they end, and the other serves on when one is killed', async () => {
    const { a, b } = processes;
    const [killed, here, there] = [
      await member(b, token, 'left'),
      await member(a, token, 'left'),
      await SocketClient.authenticated(b.url, token),
    ];
    await b.kill();
    expect((await killed.client.end()).code).toBe(1006);
    expect((await there.end()).code).toBe(1006);
    here.client.send('say', { room: 'left', text: 'still here' });
    await heard(here.client, `Client #${here.id}: still here`);
    a.signal('SIGTERM');
    expect(await here.client.end()).toEqual({ code: 1001, reason: 'The server is shutting down' });
    expect(await a.exited).toMatchObject({ code: 0 });
  });
});

describeWithRedisServer('A process whose Redis has failed', () => {
  it('goes on with its sockets, and limits them by itself', async () => {
    const redis = await RedisServer.reserve();
    await redis.start();
    const processes = await TwoProcesses.start({ REDIS_URL: redis.url, THROTTLE_DISABLED: 'false' });
    const token = await processes.a.client.tokenOf('demo');
    const { client } = await member(processes.a, token, 'lobby');
    await redis.stop();
    const other = await member(processes.b, token, 'lobby');
    for (let i = 0; i < 61; i++) other.client.send('say', { room: 'lobby', text: String(i) });
    await expect.poll(() => client.payloads('say').length, SOON).toBe(60);
    expect((await other.client.next(({ event }) => event === 'error')).data).toMatchObject({ status: 429 });
    await Promise.all([client.close(), other.client.close()]);
    await processes.stop();
    await redis.stop();
  });
});
