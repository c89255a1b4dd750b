import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditOf, cookieLogIn, cookieOf, newcomer, type Person } from '../support/people.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { type Answer, PASSWORD, type RequestOptions, TestApp } from '../support/test-app.js';

const ME = '/api/v1/users/me';
const SESSION = '/api/v1/auth/session';
const INVALID = 'Invalid authentication credentials';
const CLEARED = 'gatehouse_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure';

let app: TestApp;
let person: Person;
let cookie: string;

beforeAll(async () => {
  app = await TestApp.start({ ALLOWED_ORIGINS: 'https://app.example.com' }, [ProbeModule]);
});
afterAll(() => app.stop());
beforeEach(async () => {
  person = await newcomer(app);
  cookie = await cookieLogIn(app, person.username);
});

const get = (path: string, headers: Record<string, string> = { cookie }): Promise<Answer> =>
  app.request('GET', path, { headers });
/** Headers of a request from the server's own pages. */
const unsafe = (method: string, path: string, options: RequestOptions = {}): Promise<Answer> =>
  app.request(method, path, { ...options, headers: { cookie, origin: app.url, ...options.headers } });
const expectRefused = ({ status, body, headers }: Answer): void => {
  expect([status, body.detail]).toEqual([401, INVALID]);
  expect(headers.get('set-cookie')).toBe(CLEARED);
};

describe('A log-in by cookie', () => {
  it('answers with the user and a cookie that scripts cannot read', async () => {
    const body = { username: person.email, password: PASSWORD };
    const answer = await app.request('POST', SESSION, { body });
    expect([answer.status, answer.body.username]).toEqual([200, person.username]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^gatehouse_session=ghs_[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(answer.text).not.toMatch(/ghs_|argon2|password/i);
    expect((await get(ME, { cookie: cookieOf(answer) })).body.id).toBe(person.id);
  });

  it('stores only a hash of the secret', async () => {
    const rows = await app.dataSource.query(`SELECT s::text AS text FROM sessions s WHERE kind = 'cookie'`);
    const secret = cookie.split('=')[1]!;
    for (const { text } of rows) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });

  it('fails like every log-in, sets no cookie and ends no session', async () => {
    const body = { username: person.username, password: 'Wrong1Password' };
    const answer = await app.request('POST', SESSION, { body, headers: { cookie } });
    expect([answer.status, answer.body.detail]).toEqual([401, 'Incorrect username or password']);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await get(ME)).status).toBe(200);
    await expect
      .poll(async () => (await auditOf(app, person.id)).at(-1))
      .toMatchObject({ action: 'auth.login-failed' });
  });

  it('accepts only JSON, which no form on another site can send', async () => {
    const form = await app.request('POST', SESSION, { form: { username: 'demo', password: PASSWORD } });
    const raw = JSON.stringify({ username: 'demo', password: PASSWORD });
    const text = await app.request('POST', SESSION, { raw, headers: { 'content-type': 'text/plain' } });
    expect([form.status, text.status]).toEqual([415, 415]);
  });

  it('ends with DELETE, which clears the cookie', async () => {
    const answer = await unsafe('DELETE', SESSION);
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, CLEARED]);
    expectRefused(await get(ME));
    expect((await auditOf(app, person.id)).at(-1)).toMatchObject({ action: 'auth.logout' });
  });
});

describe('An invalid cookie', () => {
  it.each([
    ['empty', 'gatehouse_session='],
    ['garbage', 'gatehouse_session=garbage'],
    ['made up', `gatehouse_session=ghs_${'A'.repeat(43)}`],
    ['a refresh token', `gatehouse_session=ghr_${'A'.repeat(43)}`],
  ])('is refused and cleared everywhere, on public routes too: %s', async (_, bad) => {
    for (const path of [ME, '/api/v1/things']) expectRefused(await get(path, { cookie: bad }));
  });

  it('is a repeated one, although each is valid on its own', async () => {
    expectRefused(await get(ME, { cookie: `${cookie}; ${cookie}` }));
    expect((await get(ME, { cookie: `a=1; ${cookie}; b=2` })).status).toBe(200);
  });

  it('does not prevent another log-in', async () => {
    const headers = { cookie: 'gatehouse_session=stale' };
    const body = { username: person.username, password: PASSWORD };
    for (const path of [SESSION, '/api/v1/auth/login'])
      expect((await app.request('POST', path, { body, headers })).status).toBe(200);
  });

  it('is ignored by routes without a caller: registration, refresh and account recovery', async () => {
    const headers = { cookie: 'gatehouse_session=stale' };
    // needs: account-recovery
    const token = `x${'A'.repeat(42)}`;
    // end
    const username = `fresh-${person.username}`.slice(0, 50);
    const expected: [string, object, number][] = [
      ['register', { username, email: `${username}@example.com`, password: PASSWORD }, 201],
      ['refresh', { refresh_token: person.refreshToken }, 200],
      // needs: account-recovery
      ['forgot-password', { email: person.email }, 202],
      ['reset-password', { token, password: PASSWORD }, 400],
      ['verify-email', { token }, 400],
      // end
    ];
    for (const [path, body, status] of expected) {
      const answer = await app.request('POST', `/api/v1/auth/${path}`, { body, headers });
      expect([path, answer.status, answer.headers.get('set-cookie')]).toEqual([path, status, null]);
    }
  });

  it('is not confused with a cookie of a similar name', async () => {
    expect(
      (await get('/api/v1/things', { cookie: 'my_gatehouse_session=x; gatehouse_session2=y' })).status,
    ).toBe(200);
  });
});

describe('A session by cookie', () => {
  it('has the permissions of its user', async () => {
    const changed = await unsafe('PATCH', ME, { body: { fullName: 'Ada' } });
    expect([changed.status, changed.body.fullName]).toEqual([200, 'Ada']);
    expect((await get('/api/v1/users')).status).toBe(403);
  });

  it('counts only without other credentials: bearer, then key, then cookie', async () => {
    const other = await newcomer(app);
    const authorization = `Bearer ${other.token}`;
    expect((await get(ME, { cookie, authorization })).body.id).toBe(other.id);
    expect((await get(ME, { cookie: 'gatehouse_session=stale', authorization })).status).toBe(200);
    expect((await get(ME, { cookie, authorization: 'Bearer garbage' })).status).toBe(401);
    expect((await get(ME, { cookie, 'x-api-key': 'garbage' })).body.detail).toBe('Invalid API Key');
  });

  it('is invalid in other headers', async () => {
    const secret = cookie.split('=')[1]!;
    expect((await get(ME)).status).toBe(200);
    for (const authorization of [secret, `Bearer ${secret}`])
      expect((await get(ME, { authorization })).status).toBe(401);
    expect((await get(ME, { 'x-api-key': secret })).status).toBe(401);
  });

  it('ends when the user is disabled or deleted, or has a new password', async () => {
    const token = await app.loginAs('admin');
    const path = `/api/v1/users/${person.id}`;
    await app.request('POST', `${path}/set-password`, { token, body: { password: 'Other1Password' } });
    expectRefused(await get(ME));
    await app.request('POST', `${path}/set-password`, { token, body: { password: PASSWORD } });
    cookie = await cookieLogIn(app, person.username);
    expect((await get(ME)).status).toBe(200);
    await app.request('DELETE', path, { token });
    expectRefused(await get(ME));
  });

  it('updates its last use and its expiry when it is looked up', async () => {
    await app.dataSource.query(
      `UPDATE sessions SET last_used_at = last_used_at - interval '1 day', expires_at = expires_at - interval '1 day'
       WHERE user_id = $1 AND kind = 'cookie'`,
      [person.id],
    );
    await get(ME, { cookie, 'user-agent': 'Browser/2' });
    const { body } = await get('/api/v1/auth/sessions');
    expect(body[0]).toMatchObject({ kind: 'cookie', device: 'Browser/2', current: true });
    expect(Date.parse(body[0].expiresAt) - Date.parse(body[0].lastUsedAt)).toBe(30 * 86_400_000);
    expect(Date.parse(body[0].lastUsedAt)).toBeGreaterThan(Date.now() - 3_600_000);
  });
});
