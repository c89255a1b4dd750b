import { afterAll, beforeAll, expect, it } from 'vitest';
import { SOON } from '@gatehouse/testing';
import { SocketClient } from '../support/socket-client.js';
import { TestApp } from '../support/test-app.js';

const TICKETING = '/api/v1/ticketing';

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start();
  token = await app.loginAs('demo');
});
afterAll(() => app.stop());

/** An event of the development data, with a free category and one of its sessions. */
async function onSale() {
  const list = await app.request('GET', `${TICKETING}/events?pageSize=100`);
  for (const { id } of list.body.items) {
    const { body } = await app.request('GET', `${TICKETING}/events/${id}`);
    const category = body.categories.find(
      (each: { priceCents: number; disabled: boolean; requiredGroupId: unknown }) =>
        !each.disabled && !each.requiredGroupId,
    );
    const session = body.sessions.find((each: { disabled: boolean }) => !each.disabled);
    if (category && session && !body.disabled)
      return { eventId: id as string, categoryId: category.id, sessionId: session.id };
  }
  throw new Error('nothing is on sale');
}

it('the availability of an event is pushed at once and after a sale, until the client unsubscribes', async () => {
  const { eventId, ...offer } = await onSale();
  const client = await SocketClient.authenticated(app.url, token);
  const anonymous = await SocketClient.open(app.url);
  for (const each of [client, anonymous]) {
    expect(await each.ask('subscribe', { eventId })).not.toMatchObject({ event: 'error' });
    await each.ask('subscribe', { eventId });
  }
  const first = await client.next(({ event }) => event === 'availability');
  expect(first.data).toMatchObject({ eventId, used: expect.any(Number), sessions: expect.any(Array) });
  const buy = async () => {
    const { status, text } = await app.request('POST', `${TICKETING}/tickets`, { token, body: offer });
    expect([status, text]).toEqual([201, expect.any(String)]);
  };
  await buy();
  for (const each of [client, anonymous])
    await expect
      .poll(() => each.payloads('availability').at(-1), SOON)
      .toMatchObject({ eventId, used: first.data.used + 1 });
  await client.ask('unsubscribe', { eventId });
  const told = client.payloads('availability').length;
  await buy();
  await expect
    .poll(() => anonymous.payloads('availability').at(-1), SOON)
    .toMatchObject({ eventId, used: first.data.used + 2 });
  await client.ask('echo', 'x');
  expect(client.payloads('availability')).toHaveLength(told);
  await Promise.all([client.close(), anonymous.close()]);
});

it('only events that exist, and 20 at most, are watched', async () => {
  const client = await SocketClient.authenticated(app.url, token);
  expect(await client.ask('subscribe', { eventId: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })).toMatchObject({
    data: { status: 404, detail: 'Event not found' },
  });
  expect(await client.ask('subscribe', { eventId: 'x' })).toMatchObject({ data: { status: 422 } });
  const ids = await app.dataSource.query<{ id: string }[]>(
    `INSERT INTO ticketing_events (id, organiser_id, name, name_key, open_date)
     SELECT gen_random_uuid(), (SELECT id FROM ticketing_organisers LIMIT 1), 'Watched ' || n, 'watched ' || n, now()
     FROM generate_series(1, 21) AS n RETURNING id`,
  );
  for (const { id } of ids.slice(0, 20))
    expect(await client.ask('subscribe', { eventId: id })).not.toMatchObject({ event: 'error' });
  expect(await client.ask('subscribe', { eventId: ids[20]!.id })).toMatchObject({
    data: { status: 400, detail: 'A connection may watch 20 events at once' },
  });
  await client.close();
});
