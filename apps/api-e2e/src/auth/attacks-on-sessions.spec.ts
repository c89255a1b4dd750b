import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cookieLogIn, cookieOf, logIn, newcomer, type Person } from '../support/people.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const ME = '/api/v1/users/me';
const SESSION = '/api/v1/auth/session';
const SESSIONS = '/api/v1/auth/sessions';
const KEYS = '/api/v1/auth/api-keys';

let app: TestApp;
let admin: string;
let victim: Person;
let cookie: string;

beforeAll(async () => {
  app = await TestApp.start({ TRUST_PROXY: 'loopback', ALLOWED_ORIGINS: 'https://app.example.com' });
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());
beforeEach(async () => {
  victim = await newcomer(app);
  cookie = await cookieLogIn(app, victim.username);
});

const problemOf = ({ status, body }: Answer) => [status, body?.detail];
const me = (headers: Record<string, string>) => app.request('GET', ME, { headers });
const setRole = (id: string, role: string) =>
  app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body: { role } });
const keyOf = async (token: string, permissions: string[] = []): Promise<{ id: string; key: string }> =>
  (await app.request('POST', KEYS, { token, body: { name: 'x', permissions } })).body;

describe('Session fixation', () => {
  it('fails: a log-in has a new secret, and the planted one is invalid', async () => {
    const attacker = await newcomer(app);
    const planted = await cookieLogIn(app, attacker.username);
    const body = { username: victim.username, password: PASSWORD };
    const answer = await app.request('POST', SESSION, { body, headers: { cookie: planted } });
    expect(cookieOf(answer)).not.toBe(planted);
    expect((await me({ cookie: planted })).status).toBe(401);
    expect((await me({ cookie: cookieOf(answer) })).body.id).toBe(victim.id);
  });

  it('fails with an unknown secret', async () => {
    const planted = `gatehouse_session=ghs_${'A'.repeat(43)}`;
    const body = { username: victim.username, password: PASSWORD };
    const answer = await app.request('POST', SESSION, { body, headers: { cookie: planted } });
    expect(cookieOf(answer)).not.toBe(planted);
    expect((await me({ cookie: planted })).status).toBe(401);
  });
});

describe('A request of another site with the victim’s cookie', () => {
  const REFUSED = [403, 'Cross-site request refused'];
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example.com' };

  it.each<[string, Record<string, string>]>([
    ['no Origin', {}],
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['the Origin null', { origin: 'null' }],
    ['an empty Origin', { origin: '' }],
    [
      'a foreign Origin, whatever else it says',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['an Origin that begins like an allowed one', { origin: 'https://app.example.com.evil.example' }],
    ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site none', { 'sec-fetch-site': 'none' }],
    ['the plain Origin of an HTTPS host', { ...proxied, origin: 'http://api.example.com' }],
  ])('is refused with %s', async (_, headers) => {
    for (const [method, path] of [
      ['PATCH', ME],
      ['DELETE', SESSIONS],
      ['POST', '/api/v1/auth/logout'],
    ] as const) {
      const answer = await app.request(method, path, { headers: { cookie, ...headers } });
      expect(problemOf(answer)).toEqual(REFUSED);
      expect(answer.body.type).toBe('/problems/forbidden');
    }
    expect((await me({ cookie, ...headers })).status).toBe(200);
  });

  it.each<[string, () => Record<string, string>]>([
    ['the server’s own Origin', () => ({ origin: app.url })],
    ['an allowed Origin', () => ({ origin: 'https://app.example.com' })],
    ['no Origin but Sec-Fetch-Site same-origin', () => ({ 'sec-fetch-site': 'same-origin' })],
    [
      'the Origin that a trusted proxy was called by',
      () => ({ ...proxied, origin: 'https://api.example.com' }),
    ],
  ])('is none with %s', async (_, headers) => {
    const body = { fullName: 'Ada' };
    expect((await app.request('PATCH', ME, { body, headers: { cookie, ...headers() } })).status).toBe(200);
  });

  it('does not apply to a token, which no browser adds automatically', async () => {
    const headers = { cookie, origin: 'https://evil.example' };
    const { token } = victim;
    expect((await app.request('PATCH', ME, { token, headers, body: { fullName: 'Ada' } })).status).toBe(200);
  });

  it('learns nothing about an invalid cookie', async () => {
    const headers = { cookie: 'gatehouse_session=stale', origin: 'https://evil.example' };
    expect((await app.request('POST', '/api/v1/auth/logout', { headers })).status).toBe(401);
  });
});

describe('Credentials of one kind', () => {
  it('are invalid as another: a refresh token', async () => {
    const { refreshToken } = victim;
    expect((await app.request('GET', ME, { token: refreshToken })).status).toBe(401);
    expect((await me({ 'x-api-key': refreshToken })).status).toBe(401);
    expect((await me({ cookie: `gatehouse_session=${refreshToken}` })).status).toBe(401);
  });

  it('are invalid as another: an API key', async () => {
    const { key } = await keyOf(victim.token);
    expect((await me({ 'x-api-key': key })).status).toBe(200);
    for (const authorization of [key, `Bearer ${key}`])
      expect((await me({ authorization })).status).toBe(401);
    expect((await me({ cookie: `gatehouse_session=${key}` })).status).toBe(401);
  });
});

describe('An API key', () => {
  it('loses the permissions that its owner loses, from the next request on', async () => {
    await setRole(victim.id, 'moderator');
    const { key } = await keyOf(victim.token, ['users.read', 'access.read']);
    const list = () => app.request('GET', '/api/v1/users', { headers: { 'x-api-key': key } });
    expect((await list()).status).toBe(200);
    await setRole(victim.id, 'user');
    expect(problemOf(await list())).toEqual([403, 'Insufficient permissions']);
    await setRole(victim.id, 'moderator');
    expect((await list()).status).toBe(200);
  });

  it('cannot manage accounts, sessions and keys, nor act where no permission is declared', async () => {
    const { key, id } = await keyOf(admin, ['users.write', 'users.read']);
    const headers = { 'x-api-key': key };
    for (const [method, path, body] of [
      ['GET', SESSIONS],
      ['DELETE', SESSIONS],
      ['DELETE', `${SESSIONS}/${id}`],
      ['DELETE', SESSION],
      ['GET', KEYS],
      ['POST', KEYS, { name: 'more', permissions: [] }],
      ['DELETE', `${KEYS}/${id}`],
      ['PATCH', ME, { fullName: 'Key' }],
      ['POST', '/api/v1/auth/logout'],
    ] as [string, string, object?][]) {
      const answer = await app.request(method, path, { headers, body });
      expect(problemOf(answer), `${method} ${path}`).toEqual([403, 'Insufficient permissions']);
    }
    expect((await me(headers)).status).toBe(200);
  });
});

it('The cookie and the key of a disabled user are refused at once', async () => {
  const { key } = await keyOf(victim.token);
  expect([(await me({ cookie })).status, (await me({ 'x-api-key': key })).status]).toEqual([200, 200]);
  await app.request('PATCH', `/api/v1/users/${victim.id}`, { token: admin, body: { isActive: false } });
  expect([(await me({ cookie })).status, (await me({ 'x-api-key': key })).status]).toEqual([401, 401]);
});

it('Sessions and keys of others cannot be seen or ended by their ids', async () => {
  const attacker = await newcomer(app);
  const { id: keyId, key } = await keyOf(victim.token);
  const other = await logIn(app, victim.username);
  const { body: sessions } = await app.request('GET', SESSIONS, { token: victim.token });
  const paths = [`${KEYS}/${keyId}`, ...sessions.map(({ id }: { id: string }) => `${SESSIONS}/${id}`)];
  expect(paths).toHaveLength(4);
  for (const path of paths)
    expect((await app.request('DELETE', path, { token: attacker.token })).status).toBe(404);
  for (const list of [KEYS, SESSIONS])
    expect((await app.request('GET', list, { token: attacker.token })).text).not.toContain(keyId);
  const good: Record<string, string>[] = [
    { cookie },
    { 'x-api-key': key },
    { authorization: `Bearer ${other.token}` },
  ];
  for (const headers of good) expect((await me(headers)).status).toBe(200);
});
