import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProcess } from '../support/api-process.js';
import { TestApp } from '../support/test-app.js';
import { TwoProcesses } from '../support/two-processes.js';

const ROOT = '/api/v1/ticketing';

interface Made {
  organiserId: string;
  eventId: string;
  sessionId: string;
  categoryId: string;
}

type Post = (path: string, body: object) => Promise<{ id: string }>;

/** A free event on sale. */
async function newEvent(post: Post, name: string, quota: number | null = null): Promise<Made> {
  const openDate = new Date(Date.now() - 1000).toISOString();
  const { id: organiserId } = await post('organisers', { name });
  const { id: eventId } = await post('events', { organiserId, name, openDate, quota });
  const { id: sessionId } = await post('sessions', { eventId, name, date: openDate });
  const { id: categoryId } = await post('categories', { eventId, name, priceCents: 0, currency: 'EUR' });
  return { organiserId, eventId, sessionId, categoryId };
}

/** Reads the data of server-sent events as they arrive. */
async function* eventsOf(url: string, signal: AbortSignal): AsyncGenerator<{ used: number; quota: number }> {
  const { body, headers } = await fetch(url, { signal });
  expect(headers.get('content-type')).toBe('text/event-stream');
  expect(headers.get('cache-control')).toBe('no-store');
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      if (text.startsWith('data: ')) yield JSON.parse(text.slice(6, end));
      text = text.slice(end + 2);
    }
  }
}

describe('Ticketing', () => {
  let app: TestApp;
  let token: string;
  let made: Made;
  const post: Post = async (path, body) =>
    (await app.request('POST', `${ROOT}/${path}`, { token, body })).body;
  const get = (path: string) => app.request('GET', `${ROOT}/${path}`, { token });

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
    token = await app.loginAs('admin');
    made = await newEvent(post, 'Concert', 10);
  });
  afterAll(() => app.stop());

  it('has a festival on sale in development', async () => {
    const { body } = await get('events?sort=name');
    const festival = body.items.find(({ name }: { name: string }) => name === 'Gatehouse Festival');
    const { body: details } = await get(`events/${festival.id}`);
    expect(details).toMatchObject({ quota: 500, userQuota: 4, organiser: { name: 'Gatehouse Events' } });
    expect(details.sessions).toHaveLength(2);
    expect(details.categories.map(({ priceCents }: { priceCents: number }) => priceCents)).toContain(0);
  });

  it('sells a ticket, shows it to its owner, and admits it once', async () => {
    const { categoryId, sessionId } = made;
    const demo = await app.loginAs('demo');
    const bought = await app.request('POST', `${ROOT}/tickets`, {
      token: demo,
      body: { categoryId, sessionId },
    });
    expect(bought.status).toBe(201);
    expect(bought.headers.get('location')).toBe(`${ROOT}/tickets/${bought.body.id}`);
    const path = `${ROOT}/tickets/${bought.body.id}`;
    const { body: secret } = await app.request('GET', `${path}/secret`, { token: demo });
    const qr = await app.request('GET', `${path}/qr`, { token: demo });
    expect([qr.headers.get('content-type'), qr.headers.get('cache-control')]).toEqual([
      'image/png',
      'private, no-store',
    ]);
    const own = await app.request('GET', `${ROOT}/tickets/me`, { token: demo });
    expect(own.body.items).toMatchObject([{ id: bought.body.id }]);
    expect(own.text).not.toContain(secret.secret);
    const scan = () => app.request('POST', `${path}/scan`, { token, body: { secret: secret.secret } });
    expect([(await scan()).status, (await scan()).status]).toEqual([200, 409]);
    expect((await get(`events/${made.eventId}/quota`)).body).toEqual({ quota: 10, used: 1, remaining: 9 });
    expect((await get(`sessions/${sessionId}/quota`)).body).toEqual({
      quota: null,
      used: 1,
      remaining: null,
    });
  });

  it('answers the same Idempotency-Key with the same ticket, 201', async () => {
    const { categoryId, sessionId } = await newEvent(post, 'Once', 2);
    const buy = (key: string, body: object = { categoryId, sessionId }) =>
      app.request('POST', `${ROOT}/tickets`, { token, body, headers: { 'idempotency-key': key } });
    const answers = await Promise.all([buy('k'), buy('k'), buy('k')]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await buy('k', { ...made, organiserId: undefined, eventId: undefined })).status).toBe(422);
    expect((await buy('"k"')).body.id).toBe(answers[0]!.body.id);
    const [quoted, bare] = [await buy('"a \\"b\\" \\\\c"'), await buy('a "b" \\c')];
    expect([quoted.status, bare.body.id]).toEqual([201, quoted.body.id]);
    for (const key of ['', '""', 'x'.repeat(256), 'é']) expect((await buy(key)).status).toBe(422);
  });

  it.each([
    ['events', { quota: 0 }],
    ['events', { userQuota: -1 }],
    ['events', { closeDate: '2000-01-01T00:00:00Z' }],
    ['sessions', { quota: 0 }],
    ['categories', { priceCents: -1 }],
    ['categories', { priceCents: 1.5 }],
    ['categories', { currency: 'XYZ' }],
    ['categories', { currency: 'eur' }],
    ['categories', { usedQuota: 1 }],
  ])('refuses %s with %j as 422', async (path, changes) => {
    const date = new Date().toISOString();
    const { organiserId, eventId } = made;
    const bodies: Record<string, object> = {
      events: { organiserId, name: 'Wrong', openDate: date },
      sessions: { eventId, name: 'Wrong', date },
      categories: { eventId, name: 'Wrong', priceCents: 1, currency: 'EUR' },
    };
    const body = { ...bodies[path], ...changes };
    expect((await app.request('POST', `${ROOT}/${path}`, { token, body })).status).toBe(422);
  });

  it('has its own permissions, which are listed and can be granted', async () => {
    const { body: permissions } = await app.request('GET', '/api/v1/permissions', { token });
    const own = permissions.filter(({ feature }: { feature: string }) => feature === 'ticketing');
    expect(own).toMatchObject([
      { name: 'ticketing.access', roles: expect.arrayContaining(['user', 'moderator']) },
      { name: 'ticketing.manage-events', roles: [] },
    ]);

    const demo = await app.loginAs('demo');
    const { body: user } = await app.request('GET', '/api/v1/users/me', { token: demo });
    const { organiserId } = made;
    await app.request('PUT', `${ROOT}/organisers/${organiserId}/members/${user.id}`, {
      token,
      body: { rights: ['manage'] },
    });
    const create = async (name: string): Promise<number> => {
      const body = { organiserId, name, openDate: new Date().toISOString() };
      return (await app.request('POST', `${ROOT}/events`, { token: demo, body })).status;
    };
    const grant = '/api/v1/permissions/ticketing.manage-events/grants/role/user';
    expect(await create('Not yet')).toBe(403);
    expect((await app.request('PUT', grant, { token })).status).toBe(204);
    expect(await create('Granted')).toBe(201);
    expect((await app.request('DELETE', grant, { token })).status).toBe(204);
    expect(await create('No more')).toBe(403);
  });

  it('caches the list of events for all until one is written', async () => {
    const list = () => app.request('GET', `${ROOT}/events`);
    await list();
    expect((await list()).headers.get('x-cache')).toBe('HIT');
    await app.request('PATCH', `${ROOT}/events/${made.eventId}`, { token, body: { name: 'Renamed' } });
    const fresh = await list();
    expect(fresh.headers.get('x-cache')).toBe('MISS');
    expect(fresh.text).toContain('Renamed');
  });
});

describe('Ticketing in two processes', () => {
  it('sells no more than available, reports every sale, and ends its streams', async () => {
    const processes = await TwoProcesses.start();
    try {
      const tokens = await Promise.all(processes.both.map(({ client }) => client.tokenOf('admin')));
      const send = async (api: ApiProcess, path: string, body: object) => {
        const token = tokens[processes.both.indexOf(api)];
        return api.client.send('POST', `${ROOT}/${path}`, { token, body });
      };
      const { eventId, categoryId, sessionId } = await newEvent(
        async (path, body) => (await send(processes.a, path, body)).body,
        'Tight',
        20,
      );
      const leaving = new AbortController();
      const url = `${processes.b.url}${ROOT}/events/${eventId}/availability`;
      const told: number[] = [];
      const watching = (async () => {
        for await (const { used } of eventsOf(url, leaving.signal)) told.push(used);
      })();
      await expect.poll(() => told).toEqual([0]);
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          send(processes.both[i % 2]!, 'tickets', { categoryId, sessionId }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
      expect(answers.filter(({ body }) => body.detail === 'Event quota exceeded')).toHaveLength(40);
      await expect.poll(() => told.at(-1)).toBe(20);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      const stopped = processes.b.stop();
      await Promise.race([watching, sleep(15_000).then(() => Promise.reject(new Error('still open')))]);
      expect((await stopped).code).toBe(0);
    } finally {
      await processes.stop();
    }
  });
});
