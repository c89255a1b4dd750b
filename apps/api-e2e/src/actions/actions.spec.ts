// needs: books, ticketing
import { afterAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { call } from '../support/http-client.js';
import { routeTableOf } from '../support/route-table.js';
import { actionTest } from './test-action.js';
import { PASSWORD, TestApp } from '../support/test-app.js';

const app = await TestApp.start();
afterAll(() => app.stop());

const token = await app.loginAs('admin');
const test = actionTest(app, { token });
const anonymous = actionTest(app);
const demo = actionTest(app, { token: await app.loginAs('demo') });

const book = { title: 'Middlemarch', author: 'George Eliot', description: '', rating: 4 };
const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
const send = (path: string, body: string, headers: Record<string, string> = {}) =>
  call(app.url, 'POST', path, { body, headers: { 'content-type': 'application/json', ...headers } });

describe('The actions of books', () => {
  it('create, read, update and delete', async () => {
    const created = await test('books', 'create', book, 201, { ...book, version: 1 });
    const { id } = created.body;
    expect(created.headers.get('location')).toBe(`/api/v1/books/${id}`);
    await anonymous('books', 'read', { id }, 200, { ...book, id });
    await test('books', 'update', { id, rating: 5 }, 200, { ...book, id, rating: 5, version: 2 });
    const { text } = await test('books', 'delete', { id }, 200);
    expect(text).toBe('{}');
    await anonymous('books', 'read', { id }, 400, { detail: `id is Invalid: ${id}` });
  });

  it('list with the fields of the query', async () => {
    const fields = { pageSize: 2, sort: '-rating,title', minRating: 1 };
    const { body } = await app.request('GET', '/api/v1/books?pageSize=2&sort=-rating,title&minRating=1');
    await anonymous('books', 'read', fields, 200, body);
    expect((await anonymous('books', 'read', {}, 200)).body).toMatchObject({ page: 1, pageSize: 10 });
  });

  it('share the cache of their routes', async () => {
    const fields = { pageSize: 3, q: 'the' };
    await anonymous('books', 'read', fields, 200);
    const again = await app.request('GET', '/api/v1/books?q=the&pageSize=3');
    expect(again.headers.get('x-cache')).toBe('HIT');
    expect((await anonymous('books', 'read', fields, 200)).headers.get('x-cache')).toBe('HIT');
    await test('books', 'create', book, 201);
    expect((await anonymous('books', 'read', fields, 200)).headers.get('x-cache')).toBe('MISS');
  });

  it('take conditions', async () => {
    const { id } = (await test('books', 'create', book, 201)).body;
    const stale = actionTest(app, { token, headers: { 'if-match': '"v7"' } });
    await stale('books', 'update', { id, rating: 1 }, 412);
    await stale('books', 'delete', { id }, 412);
    const current = actionTest(app, { token, headers: { 'if-match': '"v1"', 'if-none-match': '*' } });
    await current('books', 'update', { id, rating: 1 }, 200, { version: 2 });
  });
});

describe('Targets', () => {
  it('of several parts take all parameters of the path as fields', async () => {
    const { id } = (await test('books', 'create', book, 201)).body;
    const review = { rating: 5, text: 'Good' };
    const { id: reviewId } = (await test('books/reviews', 'create', { id, ...review }, 201, review)).body;
    await anonymous('books/reviews', 'read', { id }, 200, { total: 1 });
    await anonymous('books/reviews', 'read', { id, reviewId }, 200, { id: reviewId, ...review });
    await anonymous('books/reviews', 'read', { id, reviewId: UNKNOWN }, 400, {
      detail: `reviewId is Invalid: ${UNKNOWN}`,
    });
    await test('books/reviews', 'create', { id: 99999999, ...review }, 400, {
      detail: 'id is Invalid: 99999999',
    });
    await anonymous('books/reviews', 'read', { reviewId }, 400, { detail: 'id is Invalid' });
    await anonymous('books/author', 'read', { author: 'George Eliot' }, 200);
  });

  it('give lists without pages as items, and take additions under a name', async () => {
    const { body } = await app.request('GET', '/api/v1/permissions', { token });
    const list = await test('permissions', 'read', {}, 200, { items: body });
    expect(list.headers.get('etag')).toBeNull();
    const { id } = (await test('groups', 'create', { name: 'Readers' }, 201)).body;
    const { id: userId } = (await demo('users/me', 'read', {}, 200, { username: 'demo' })).body;
    await test('groups/members', 'create', { id, userId }, 200);
    await test('groups/members', 'read', { id }, 200, { items: [{ userId }] });
    await test('groups/members', 'delete', { id, userId }, 200);
    await test('groups/members', 'create', { id, userId: UNKNOWN }, 400, {
      detail: `userId is Invalid: ${UNKNOWN}`,
    });
  });

  it('name what a field of the body refers to', async () => {
    const ticket = { sessionId: UNKNOWN, categoryId: UNKNOWN };
    await test('ticketing/tickets', 'create', ticket, 400, { detail: `categoryId is Invalid: ${UNKNOWN}` });
    await test('ticketing/events', 'read', { id: UNKNOWN }, 400, { detail: `id is Invalid: ${UNKNOWN}` });
    await test('ticketing/events/quota', 'read', { id: UNKNOWN }, 400, {
      detail: `id is Invalid: ${UNKNOWN}`,
    });
  });

  it('that do not exist are 404, and other methods 405', async () => {
    for (const path of [
      'nothing/read',
      'books/publish',
      'books',
      'books/17/read',
      'auth/login/create',
      'health/live/read',
    ])
      expectProblem(await send(`/api/v0/${path}`, '{}'), 404);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, headers } = await call(app.url, method, '/api/v0/books/read');
      expect([status, headers.allow]).toEqual([405, 'POST, OPTIONS']);
    }
    expect((await send('/api/books/read', '{}', { 'x-api-version': '0' })).status).toBe(200);
  });
});

describe('An invalid field', () => {
  it.each([
    ['books', 'read', { id: -1 }, 'id is Invalid: -1'],
    ['books', 'read', { id: 'abc' }, 'id is Invalid: abc'],
    ['books', 'read', { id: 1.5 }, 'id is Invalid: 1.5'],
    ['books', 'read', { id: true }, 'id is Invalid: true'],
    ['books', 'read', { id: null }, 'id is Invalid: null'],
    ['books', 'read', { id: { a: 1 } }, 'id is Invalid'],
    ['books', 'read', { id: 999999999 }, 'id is Invalid: 999999999'],
    ['books', 'read', { id: 1e300 }, 'id is Invalid: 1e+300'],
    ['books', 'read', { id: 1, more: 2 }, 'more is Invalid: 2'],
    ['books', 'read', { pageSize: 1000 }, 'pageSize is Invalid: 1000'],
    ['books', 'read', { q: null }, 'q is Invalid: null'],
    ['books', 'read', { q: {} }, 'q is Invalid'],
    ['books', 'read', { sort: ['id', 'title'] }, 'sort is Invalid'],
    ['books', 'update', {}, 'id is Invalid'],
    ['books', 'delete', {}, 'id is Invalid'],
    ['books', 'create', {}, 'title is Invalid'],
    ['books', 'create', { ...book, rating: 7 }, 'rating is Invalid: 7'],
    ['books', 'create', { ...book, rating: '5' }, 'rating is Invalid: 5'],
    ['books', 'create', { ...book, id: 5 }, 'id is Invalid: 5'],
    ['users', 'create', { username: 'x' }, 'username is Invalid: x'],
    [
      'users',
      'create',
      { username: 'mary', email: 'mary@example.com', password: 'short' },
      'password is Invalid',
    ],
    ['users', 'read', { id: 'me' }, 'id is Invalid: me'],
    ['ticketing/events', 'read', { id: 'abc' }, 'id is Invalid: abc'],
  ] as const)('%s/%s %j is 400', async (target, action, body, detail) => {
    const answer = await test(target, action, body, 400, { detail, title: 'Field is invalid' });
    expect(answer.body.instance).toBe(`/api/v0/${target}/${action}`);
  });

  it('never changes which resource is meant', async () => {
    for (const id of [
      '',
      '.',
      '..',
      '../users',
      'a/../..',
      '%2e%2e',
      'export',
      'author/x',
      '1?x=1',
      '1#',
      ' 1',
      '\0',
      '\ud800',
    ])
      await test('books', 'read', { id }, 400);
    // Without a session it would end them all.
    await test('auth/sessions', 'delete', { id: '' }, 400, { detail: 'id is Invalid: ' });
    await test('users/me', 'read', {}, 200);
  });

  it('is every key that a prototype has', async () => {
    for (const text of [
      '{"__proto__":{"id":1}}',
      '{"constructor":1}',
      '{"id":1,"__proto__":2}',
      '{"toString":1}',
    ])
      expectProblem(await send('/api/v0/books/read', text), 400);
  });
});

describe('A body', () => {
  it.each([
    ['no JSON', '{', 400],
    ['nothing', '', 400],
    ['null', 'null', 400],
    ['a list', '[{}]', 400],
    ['a text', '"a"', 400],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff]).toString('latin1'), 400],
    ['deep nesting', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
    ['more than 128 KB', JSON.stringify({ a: 'x'.repeat(200_000) }), 413],
  ])('that is %s is refused', async (_, body, status) => {
    for (const path of ['books/read', 'books/create', 'echo/read'])
      expectProblem(await send(`/api/v0/${path}`, body, { authorization: `Bearer ${token}` }), status);
  });

  it('has at most 1,000 fields, and so has the query that it stands for', async () => {
    const many = Object.fromEntries(Array(1_001).fill(1).entries());
    for (const path of ['books/read', 'books/create', 'echo/read']) {
      const answer = await send(`/api/v0/${path}`, JSON.stringify(many));
      expect(expectProblem(answer, 400).detail).toBe('The body has more than 1000 fields');
    }
    const query = await send('/api/v0/books/read', JSON.stringify({ author: Array(1_001).fill(null) }));
    expect(expectProblem(query, 400).detail).toBe('The query has more than 1000 fields');
  });

  it('of another media type is 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/merge-patch+json'])
      expectProblem(await send('/api/v0/books/read', '{}', { 'content-type': type }), 415);
  });
});

describe('The gate', () => {
  it('identifies the caller as everywhere', async () => {
    const { id } = (await test('books', 'create', book, 201)).body;
    await anonymous('books', 'delete', { id }, 401, { detail: 'Authentication required' });
    await demo('books', 'delete', { id }, 403, { detail: 'Insufficient permissions' });
    await actionTest(app, { token: 'a.b.c' })('books', 'read', {}, 401, {
      detail: 'Invalid authentication credentials',
    });
    await actionTest(app, { headers: { 'x-api-key': 'nope' } })('books', 'read', {}, 401, {
      detail: 'Invalid API Key',
    });
    await anonymous('books', 'read', { id }, 200);
  });

  it('asks a cookie for the origin of a change, and not of a read', async () => {
    const { headers } = await app.request('POST', '/api/v1/auth/session', {
      body: { username: 'admin', password: PASSWORD },
    });
    const cookie = headers.get('set-cookie')!.split(';')[0]!;
    await actionTest(app, { headers: { cookie } })('users/me', 'read', {}, 200, { username: 'admin' });
    await actionTest(app, { headers: { cookie } })('books', 'create', book, 403, {
      detail: 'Cross-site request refused',
    });
    await actionTest(app, { headers: { cookie, origin: app.url } })('books', 'create', book, 201);
  });

  it('counts an action and its route together, for one limit', async () => {
    const left = async (answer: Promise<{ headers: Headers }>) =>
      Number((await answer).headers.get('ratelimit-remaining'));
    const first = await left(app.request('GET', '/api/v1/users/recent', { token }));
    expect(await left(test('users/recent', 'read', {}, 200))).toBe(first - 1);
    expect(await left(app.request('GET', '/api/v1/users/recent', { token }))).toBe(first - 2);
  });

  it('counts each action once in the metrics, by its own pattern', async () => {
    await anonymous('books', 'read', { id: 999999 }, 400);
    const { text } = await app.request('GET', '/metrics');
    expect(text).toMatch(
      /^api_requests_total\{[^}]*route="\/api\/v0\/books\/read"[^}]*status="400"[^}]*\} \d+$/m,
    );
  });
});

describe('echo', () => {
  it('returns the request, plus server', async () => {
    await anonymous('echo', 'read', { id: 1, nested: { a: [null] } }, 200, {
      id: 1,
      nested: { a: [null] },
      server: 'Gatehouse',
    });
    await anonymous('echo', 'read', { server: 'mine' }, 200, { server: 'Gatehouse' });
    const { text } = await send('/api/v0/echo/read', '{"__proto__":{"a":1}}');
    expect(text).toBe('{"__proto__":{"a":1},"server":"Gatehouse"}');
  });
});

it('every action is documented, and listed with the routes that it stands for', () => {
  const { aliases } = routeTableOf(app);
  expect(aliases.length).toBeGreaterThan(50);
  const { paths } = app.app.getHttpAdapter().getInstance().openApiDocument;
  for (const { path, routes } of aliases)
    expect(paths[path]?.post).toMatchObject({
      tags: ['Actions'],
      'x-routes': expect.arrayContaining(
        routes.map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`),
      ),
    });
  expect(routeTableOf(app).toString()).toMatch(
    /^POST +\/api\/v0\/books\/read .* as GET \/api\/v1\/books\/:id, GET \/api\/v1\/books$/m,
  );
});
