import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOON } from '@gatehouse/testing';
import { SocketClient } from '../support/socket-client.js';
import { TestApp } from '../support/test-app.js';

let app: TestApp;
let token: string;
let admin: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start();
  [token, admin] = await Promise.all([app.loginAs('demo'), app.loginAs('admin')]);
});
afterAll(() => app.stop());

const newRoom = () => `room-${++made}`;

interface Member {
  client: SocketClient;
  id: number;
}

/** Members of one room, with their numbers in it. */
async function members(room: string, count: number): Promise<Member[]> {
  const clients = await Promise.all(
    Array.from({ length: count }, () => SocketClient.authenticated(app.url, token)),
  );
  return Promise.all(
    clients.map(async (client) => {
      const { data } = await client.ask('join', { room });
      expect(data).toEqual({ room, clientId: expect.any(Number) });
      return { client, id: data.clientId as number };
    }),
  );
}

const member = async (room: string): Promise<Member> => (await members(room, 1))[0]!;

const heard = (client: SocketClient, data: string) => client.next((message) => message.data === data);

describe('A room', () => {
  it('hears what a member says, the speaker included, and nobody else does', async () => {
    const room = newRoom();
    const [a, b] = await members(room, 2);
    const [stranger] = await members(newRoom(), 1);
    a!.client.send('say', { room, text: 'hello' });
    const said = { event: 'say', room, data: `Client #${a!.id}: hello` };
    expect(await heard(a!.client, said.data)).toEqual(said);
    expect(await heard(b!.client, said.data)).toEqual(said);
    expect(a!.id).not.toBe(b!.id);
    await stranger!.client.ask('echo', 'x');
    expect(stranger!.client.payloads('say')).toEqual([]);
    await Promise.all([a, b, stranger].map((each) => each!.client.close()));
  });

  it('is told of a member that leaves, and of one that drops', async () => {
    const room = newRoom();
    const [a, b, c] = await members(room, 3);
    expect(await b!.client.ask('leave', { room })).toEqual({ event: 'leave', id: 3 });
    expect(await heard(a!.client, `Client #${b!.id} disconnected`)).toMatchObject({ event: 'leave', room });
    c!.client.socket.terminate();
    await heard(a!.client, `Client #${c!.id} disconnected`);
    a!.client.send('say', { room, text: 'anybody?' });
    await heard(a!.client, `Client #${a!.id}: anybody?`);
    await b!.client.ask('echo', 'x');
    expect(b!.client.payloads('say')).toEqual([]);
    expect(await b!.client.ask('say', { room, text: 'hi' })).toMatchObject({ event: 'error' });
    await a!.client.close();
    await b!.client.close();
  });

  it('may be joined twice, with one number, and is one of 20 at most', async () => {
    const { client, id } = await member(newRoom());
    const again = newRoom();
    for (const room of [again, again, ...Array.from({ length: 18 }, newRoom)])
      expect(await client.ask('join', { room })).toMatchObject({ data: { room, clientId: id } });
    expect(await client.ask('join', { room: newRoom() })).toMatchObject({
      event: 'error',
      data: { status: 400, detail: 'A connection may be in 20 rooms at once' },
    });
    await client.close();
  });

  it('has the same name however it is composed', async () => {
    const room = newRoom();
    const { client } = await member(`${room} \u00e9`);
    expect(await client.ask('say', { room: `${room} e\u0301`, text: 'hi' })).not.toMatchObject({
      event: 'error',
    });
    await client.close();
  });

  it('falls silent for a caller who may no longer use rooms, at once', async () => {
    const path = '/api/v1/permissions/realtime.use-rooms/grants/role/user';
    const room = newRoom();
    const { client } = await member(room);
    const speaker = await SocketClient.authenticated(app.url, admin);
    const { data } = await speaker.ask('join', { room });
    const say = async (text: string) => {
      speaker.send('say', { room, text });
      await heard(speaker, `Client #${data.clientId}: ${text}`);
    };
    await say('all');
    await heard(client, `Client #${data.clientId}: all`);
    expect((await app.request('DELETE', path, { token: admin })).status).toBe(204);
    await say('few');
    expect(await client.ask('say', { room, text: 'hi' })).toMatchObject({ data: { status: 403 } });
    expect((await app.request('PUT', path, { token: admin })).status).toBe(204);
    await say('all again');
    await heard(client, `Client #${data.clientId}: all again`);
    expect(client.payloads('say').map(String)).toEqual([
      expect.stringContaining('all'),
      expect.stringContaining('all again'),
    ]);
    await Promise.all([client.close(), speaker.close()]);
  });

  it('limits what one caller says', async () => {
    const room = newRoom();
    const { client } = await member(room);
    for (let i = 0; i < 70; i++) client.send('say', { room, text: String(i) });
    const refused = await client.next(({ event }) => event === 'error');
    expect(refused.data).toMatchObject({
      status: 429,
      detail: 'Rate limit exceeded. Max 60 requests per 60 seconds',
      retryAfter: expect.any(Number),
    });
    expect(refused.data.retryAfter).toBeLessThanOrEqual(60);
    // The other messages have limits of their own.
    expect(await client.ask('echo', 'x')).toMatchObject({ event: 'echo' });
    await expect.poll(() => client.payloads('say').length, SOON).toBeLessThanOrEqual(60);
    await client.close();
  });
});
