import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

let app: TestApp;
let admin: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
  admin = await app.loginAs('admin');
});
afterAll(() => app?.stop());

const V1 = '/api/v1';
// needs: ticketing
const TICKETING = `${V1}/ticketing`;
// end
const name = () => `Conditional ${++made}`;

function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.request(method, path, { token: admin, body, headers });
}

async function make(path: string, body: object): Promise<Answer> {
  const answer = await send('POST', path, body);
  expect([path, answer.status, answer.text]).toEqual([path, 201, expect.any(String)]);
  return answer;
}

// needs: ticketing
const anOrganiser = () => make(`${TICKETING}/organisers`, { name: name() });
const anEvent = async () => {
  const { body } = await anOrganiser();
  const openDate = '2026-01-01T00:00:00Z';
  return make(`${TICKETING}/events`, { organiserId: body.id, name: name(), openDate });
};
// end
const aUser = () => {
  const username = `conditional-${++made}`;
  return make(`${V1}/users`, { username, email: `${username}@example.com`, password: PASSWORD });
};

/** A resource of each kind: how to create it, and changes that all differ. */
const kinds: Record<string, { make: () => Promise<Answer>; change: () => object }> = {
  users: { make: aUser, change: () => ({ fullName: name() }) },
  groups: { make: () => make(`${V1}/groups`, { name: name() }), change: () => ({ description: name() }) },
  // needs: books
  books: {
    make: () => make(`${V1}/books`, { title: name(), author: 'A', description: '', rating: 1 }),
    change: () => ({ description: name() }),
  },
  // end
  // needs: ticketing
  organisers: { make: anOrganiser, change: () => ({ name: name() }) },
  events: { make: anEvent, change: () => ({ quota: ++made }) },
  sessions: {
    make: async () => {
      const { body } = await anEvent();
      return make(`${TICKETING}/sessions`, { eventId: body.id, name: name(), date: '2026-02-01T00:00:00Z' });
    },
    change: () => ({ name: name() }),
  },
  categories: {
    make: async () => {
      const { body } = await anEvent();
      const price = { priceCents: 0, currency: 'EUR' };
      return make(`${TICKETING}/categories`, { eventId: body.id, name: name(), ...price });
    },
    change: () => ({ priceCents: ++made }),
  },
  // end
};

describe.each(Object.entries(kinds))('If-Match of %s', (_kind, { make: create, change }) => {
  const tagOf = async (path: string) => String((await send('GET', path)).headers.get('etag'));

  async function resource(): Promise<{ path: string; tag: string }> {
    const { headers } = await create();
    const path = String(headers.get('location'));
    return { path, tag: await tagOf(path) };
  }

  it('accepts the tag in the response to each write', async () => {
    const created = await create();
    const path = String(created.headers.get('location'));
    expect(created.headers.get('etag')).toBe(await tagOf(path));
    const changed = await send('PATCH', path, change());
    expect(changed.headers.get('etag')).toBe(await tagOf(path));
    expect(changed.headers.get('etag')).not.toBe(created.headers.get('etag'));
  });

  it('accepts exactly one of ten concurrent changes of the same version', async () => {
    const { path, tag } = await resource();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send('PATCH', path, change(), { 'if-match': tag })),
    );
    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it('refuses to change or delete a changed resource, and any other tag', async () => {
    const { path, tag } = await resource();
    await send('PATCH', path, change());
    const before = (await send('GET', path)).text;
    for (const stale of [tag, '"other"', `W/${tag}`, 'v1', '', `"other", ${tag}`]) {
      for (const [method, body] of [['PATCH', change()], ['PATCH', {}], ['DELETE']] as const) {
        const answer = await send(method, path, body, { 'if-match': stale });
        expect([method, stale, answer.status]).toEqual([method, stale, 412]);
      }
    }
    expect((await send('GET', path)).text).toBe(before);
  });

  it('accepts its tag in a list, weakened by a proxy or with the suffix of a coding, and *', async () => {
    const { path } = await resource();
    const forms = [
      (tag: string) => tag,
      (tag: string) => `"other" , ${tag}`,
      (tag: string) => `W/${tag}`,
      (tag: string) => tag.replace(/"$/, '-gzip"'),
      (tag: string) => `W/${tag.replace(/"$/, '-br"')}`,
      () => '*',
    ];
    for (const form of forms) {
      const ifMatch = form(await tagOf(path));
      const answer = await send('PATCH', path, change(), { 'if-match': ifMatch });
      expect([ifMatch, answer.status]).toEqual([ifMatch, 200]);
    }
    const gone = await send('DELETE', path, undefined, { 'if-match': await tagOf(path) });
    expect(gone.status).toBe(204);
    const again = await send('DELETE', path, undefined, { 'if-match': '*' });
    expect(again.status).toBe(404);
  });

  it('is complemented by If-None-Match, which excludes existing tags', async () => {
    const { path, tag } = await resource();
    for (const excluded of ['*', tag, `"other", W/${tag}`]) {
      const answer = await send('PATCH', path, change(), { 'if-none-match': excluded });
      expect([excluded, answer.status]).toEqual([excluded, 412]);
    }
    expect((await send('PATCH', path, change(), { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('is checked only for callers who may change the resource', async () => {
    const { path } = await resource();
    const token = await app.loginAs('demo');
    const answer = await app.request('PATCH', path, {
      token,
      body: change(),
      headers: { 'if-match': '"other"' },
    });
    expect(answer.status).toBe(403);
  });
});

describe('If-Match of resources outside this table', () => {
  it('applies to your own account', async () => {
    const token = await app.loginAs('demo');
    const me = (headers?: Record<string, string>) =>
      app.request(headers ? 'PATCH' : 'GET', `${V1}/users/me`, {
        token,
        ...(headers && { body: { fullName: name() }, headers }),
      });
    const { headers } = await me();
    const tag = String(headers.get('etag'));
    const statuses = [(await me({ 'if-match': tag })).status, (await me({ 'if-match': tag })).status];
    expect(statuses).toEqual([200, 412]);
  });

  // needs: ticketing, notifications
  it('applies to a topic', async () => {
    const topics = await send('GET', `${V1}/notifications/topics`);
    const path = `${V1}/notifications/topics/${topics.body[0].id}`;
    const tag = String((await send('GET', path)).headers.get('etag'));
    const { id: groupId } = (await make(`${V1}/groups`, { name: name() })).body;
    const changed = await send('PATCH', path, { groupId }, { 'if-match': tag });
    expect([changed.status, (await send('GET', path)).headers.get('etag')]).toEqual([
      200,
      changed.headers.get('etag'),
    ]);
    expect((await send('PATCH', path, { groupId: null }, { 'if-match': tag })).status).toBe(412);
    await send('PATCH', path, { groupId: null });
  });
  // end

  it('applies to an API key', async () => {
    const { body } = await make(`${V1}/auth/api-keys`, { name: name(), permissions: [] });
    const path = `${V1}/auth/api-keys/${body.id}`;
    expect((await send('DELETE', path, undefined, { 'if-match': '"other"' })).status).toBe(412);
    const tag = String((await send('GET', path)).headers.get('etag'));
    expect((await send('DELETE', path, undefined, { 'if-match': tag })).status).toBe(204);
  });

  it('applies to your sessions', async () => {
    const token = await app.loginAs('demo');
    const path = `${V1}/auth/sessions`;
    const stale = await app.request('DELETE', path, { token, headers: { 'if-match': '"other"' } });
    expect(stale.status).toBe(412);
  });
});

it('is documented, with its 412, wherever GET has an ETag', () => {
  const { openApiDocument } = app.app.getHttpAdapter().getInstance();
  const missing = Object.entries(openApiDocument.paths).flatMap(([path, item]) => {
    const found = item.get?.responses['200'];
    if (!found || '$ref' in found || !found.headers?.['ETag']) return [];
    return (['put', 'patch', 'delete'] as const)
      .filter((method) => item[method])
      .filter((method) => {
        const { parameters = [], responses } = item[method]!;
        const isParameter = parameters.some((each) => 'name' in each && each.name === 'If-Match');
        return !isParameter || !responses['412'];
      })
      .map((method) => `${method} ${path}`);
  });
  expect(missing).toEqual([]);
});
