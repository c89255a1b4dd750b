import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditOf, newcomer, type Person } from '../support/people.js';
import { rawRequest } from '../support/raw-request.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const KEYS = '/api/v1/auth/api-keys';
const ME = '/api/v1/users/me';

let app: TestApp;
let moderator: string;
let person: Person;

beforeAll(async () => {
  app = await TestApp.start({}, [ProbeModule]);
  moderator = await app.loginAs('moderator');
});
afterAll(() => app.stop());
beforeEach(async () => {
  person = await newcomer(app);
});

const create = (token: string, body: object): Promise<Answer> => app.request('POST', KEYS, { token, body });
const keyOf = async (token: string, permissions: string[] = [], more: object = {}): Promise<string> =>
  (await create(token, { name: 'test', permissions, ...more })).body.key;
const get = (key: string, path = ME): Promise<Answer> =>
  app.request('GET', path, { headers: { 'x-api-key': key } });
const problemOf = ({ status, body }: Answer) => [status, body.detail];
const INVALID = [401, 'Invalid API Key'];

describe('Creating an API key', () => {
  it('shows it once, and stores only a hash', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const made = await create(moderator, { name: ' Import ', permissions: ['probe.use'], expiresAt });
    const { key, ...shown } = made.body;
    expect([made.status, made.headers.get('location')]).toEqual([201, `${KEYS}/${shown.id}`]);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(key).toMatch(/^ghk_[\w-]{49}$/);
    expect(shown).toMatchObject({
      name: 'Import',
      permissions: ['probe.use'],
      expiresAt,
      lastUsedAt: null,
    });
    expect(key.startsWith(shown.prefix)).toBe(true);
    const listed = await app.request('GET', KEYS, { token: moderator });
    expect(listed.body[0]).toEqual(shown);
    expect(listed.text).not.toContain(key.slice(12));
    const [row] = await app.dataSource.query(`SELECT k::text AS text FROM api_keys k WHERE id = $1`, [
      shown.id,
    ]);
    expect(row.text).not.toContain(key.slice(12));
    expect(await auditOf(app, shown.id)).toMatchObject([
      { action: 'auth.api-key-created', address: '127.0.0.1', details: { name: 'Import' } },
    ]);
  });

  it('accepts no permission that the caller lacks or that does not exist', async () => {
    expect(problemOf(await create(person.token, { name: 'x', permissions: ['probe.use'] }))).toEqual([
      403,
      'Insufficient permissions',
    ]);
    const unknown = await create(person.token, { name: 'x', permissions: ['probe.use', 'no.such'] });
    expect([unknown.status, unknown.body.errors]).toMatchObject([422, [{ path: 'permissions.1' }]]);
    expect((await app.request('GET', KEYS, { token: person.token })).body).toEqual([]);
  });

  it.each([
    ['no name', { permissions: [] }, 'name'],
    ['an empty name', { name: ' ', permissions: [] }, 'name'],
    ['a name too long', { name: 'x'.repeat(101), permissions: [] }, 'name'],
    ['no permissions', { name: 'x' }, 'permissions'],
    ['a permission twice', { name: 'x', permissions: ['probe.use', 'probe.use'] }, 'permissions'],
    [
      'too many permissions',
      { name: 'x', permissions: Array.from({ length: 101 }, (_, i) => `p.${i}`) },
      'permissions',
    ],
    ['an end in the past', { name: 'x', permissions: [], expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['an end that is no date', { name: 'x', permissions: [], expiresAt: 'soon' }, 'expiresAt'],
    ['a key of its own', { name: 'x', permissions: [], key: 'ghk_mine' }, 'key'],
  ])('refuses %s', async (_, body, path) => {
    const answer = await create(moderator, body);
    expect([answer.status, answer.body.errors?.[0].path]).toEqual([422, path]);
  });

  it('stops at 50 unexpired keys, also when the last ones are created concurrently', async () => {
    await app.dataSource.query(
      `INSERT INTO api_keys (id, user_id, credentials_version, name, prefix, key_hash, permissions, expires_at)
       SELECT gen_random_uuid(), $1, 1, 'old', 'ghk_', decode(md5(random()::text), 'hex'), '{}',
         CASE WHEN n > 48 THEN now() END
       FROM generate_series(1, 60) n`,
      [person.id],
    );
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => create(person.token, { name: 'x', permissions: [] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, ...Array(6).fill(400)]);
    const refused = answers.find(({ status }) => status === 400)!;
    expect(refused.body.detail).toBe('A user can have at most 50 API keys');
  });
});

describe('Calling with an API key', () => {
  it('allows its own permissions, and no others of its owner', async () => {
    const key = await keyOf(moderator, ['probe.use']);
    expect((await get(key)).body.username).toBe('moderator');
    expect((await get(key, '/api/v1/users')).status).toBe(403);
    const body = { title: 'By key' };
    const made = await app.request('POST', '/api/v1/things', { body, headers: { 'x-api-key': key } });
    expect([made.status, made.body.title]).toEqual([201, 'By key']);
  });

  it('records its last use', async () => {
    const key = await keyOf(person.token);
    await get(key);
    const { body } = await app.request('GET', KEYS, { token: person.token });
    expect(Date.now() - Date.parse(body[0].lastUsedAt)).toBeLessThan(60_000);
  });

  it('refuses an unknown, mistyped or expired one, on public routes too', async () => {
    const key = await keyOf(person.token);
    const expired = await keyOf(person.token, [], { expiresAt: '2099-01-01T00:00:00Z' });
    await app.dataSource.query(
      `UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE expires_at = '2099-01-01'`,
    );
    const mistyped = key.slice(0, -1) + (key.endsWith('A') ? 'Q' : 'A');
    const unknown = 'ghk_' + 'A'.repeat(49);
    for (const bad of ['', 'gk_anything', unknown, mistyped, expired, `${key}x`]) {
      for (const path of ['/api/v1/things', ME]) {
        const answer = await get(bad, path);
        expect(problemOf(answer), bad).toEqual(INVALID);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
    expect((await get(key)).status).toBe(200);
  });

  it('refuses a repeated header, although each is valid on its own', async () => {
    const header = `X-API-Key: ${await keyOf(person.token)}\r\n`;
    const ask = (headers: string) =>
      rawRequest(app.url, `GET ${ME} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    expect(await ask(header)).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask(header + header)).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each<[string, (token: string) => Promise<unknown>]>([
    [
      'is disabled, also when enabled again',
      async (token) => {
        for (const isActive of [false, true])
          await app.request('PATCH', `/api/v1/users/${person.id}`, { token, body: { isActive } });
      },
    ],
    [
      'gets a password from an administrator',
      (token) =>
        app.request('POST', `/api/v1/users/${person.id}/set-password`, {
          token,
          body: { password: 'An0therPassw0rd' },
        }),
    ],
  ])('ends when its owner %s', async (_, change) => {
    const key = await keyOf(person.token);
    expect((await get(key)).status).toBe(200);
    await change(await app.loginAs('admin'));
    expect(problemOf(await get(key))).toEqual(INVALID);
  });

  it('stays valid when its owner changes the password, and is listed', async () => {
    const key = await keyOf(person.token);
    const body = { currentPassword: PASSWORD, newPassword: 'An0therPassw0rd' };
    const { token } = person;
    expect((await app.request('POST', '/api/v1/auth/change-password', { token, body })).status).toBe(204);
    expect((await get(key)).status).toBe(200);
    expect((await app.request('GET', KEYS, { token })).body).toHaveLength(1);
  });

  it('has no role: an administrator’s key manages only ordinary users', async () => {
    const token = await app.loginAs('admin');
    const headers = { 'x-api-key': await keyOf(token, ['users.write']) };
    const account = (role: string) => ({
      username: `made-by-key-${role}`,
      email: `${role}@made.example`,
      role,
    });
    const create = (role: string) =>
      app.request('POST', '/api/v1/users', { headers, body: { ...account(role), password: PASSWORD } });
    for (const role of ['admin', 'moderator']) expect((await create(role)).status).toBe(403);
    expect((await create('user')).status).toBe(201);
    const other = { ...account('admin'), password: PASSWORD };
    const { id } = (await app.request('POST', '/api/v1/users', { token, body: other })).body;
    const body = { password: 'An0therPassw0rd' };
    expect((await app.request('POST', `/api/v1/users/${id}/set-password`, { headers, body })).status).toBe(
      403,
    );
    const changes = { body: { role: 'admin' }, headers };
    expect((await app.request('PATCH', `/api/v1/users/${person.id}`, changes)).status).toBe(403);
  });

  it('ends with the key', async () => {
    const [one, two] = [await keyOf(person.token), await keyOf(person.token)];
    for (const key of [one, two]) expect((await get(key)).status).toBe(200);
    const { body } = await app.request('GET', KEYS, { token: person.token });
    const { id } = body.find(({ prefix }: { prefix: string }) => one.startsWith(prefix));
    expect((await app.request('DELETE', `${KEYS}/${id}`, { token: person.token })).status).toBe(204);
    expect(problemOf(await get(one))).toEqual(INVALID);
    expect((await auditOf(app, id)).map(({ action }) => action)).toEqual([
      'auth.api-key-created',
      'auth.api-key-deleted',
    ]);
  });
});
