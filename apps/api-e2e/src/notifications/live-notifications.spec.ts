import { JobTable } from '@gatehouse/jobs/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiKey } from '../support/matrix/scene.js';
import { newcomer } from '../support/people.js';
import { SocketClient } from '../support/socket-client.js';
import { TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: string;

beforeAll(async () => {
  app = await TestApp.start();
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());

async function notify(to: object, title: string): Promise<void> {
  const body = { ...to, title, body: 'Text' };
  expect((await app.request('POST', '/api/v1/notifications', { token: admin, body })).status).toBe(202);
  await new JobTable(app.app).workOff('notifications.deliver');
}

it('a notification is pushed to every connection of its recipients, as it is in the inbox, and to nobody else', async () => {
  const [a, b] = await Promise.all([newcomer(app), newcomer(app)]);
  const clients = await Promise.all([
    SocketClient.authenticated(app.url, a.token),
    SocketClient.authenticated(app.url, a.token),
    SocketClient.authenticated(app.url, await apiKey(app, a.token, [])),
    SocketClient.authenticated(app.url, b.token),
    SocketClient.open(app.url),
  ]);
  await notify({ userId: a.id }, 'For a');
  const { body } = await app.request('GET', '/api/v1/notifications', { token: a.token });
  for (const client of clients.slice(0, 2))
    expect((await client.next(({ event }) => event === 'notification')).data).toEqual(body.items[0]);
  await notify({ userId: b.id }, 'For b');
  expect((await clients[3]!.next(({ event }) => event === 'notification')).data).toMatchObject({
    title: 'For b',
  });
  await clients[2]!.ask('echo', 'x');
  for (const client of [clients[2]!, clients[4]!]) expect(client.payloads('notification')).toEqual([]);
  expect(clients[0]!.payloads('notification')).toHaveLength(1);
  await Promise.all(clients.map((client) => client.close()));
});
