import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawRequest } from '../support/raw-request.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
const INVALID = 'Invalid authentication credentials';

let app: TestApp;
let admin: string;
let moderator: string;
let made = 0;

beforeAll(async () => {
  app = await TestApp.start({}, [ProbeModule]);
  admin = await app.loginAs('admin');
  moderator = await app.loginAs('moderator');
});
afterAll(() => app.stop());

interface Person {
  id: string;
  username: string;
  token: string;
  refreshToken: string;
}

/** Creates a user and logs in. */
async function person(): Promise<Person> {
  const username = `person-${++made}`;
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const { body: user } = await app.request('POST', '/api/v1/auth/register', { body: account });
  const { body: tokens } = await login({ username, password: PASSWORD });
  return { id: user.id, username, token: tokens.access_token, refreshToken: tokens.refresh_token };
}

const login = (body: object): Promise<Answer> => app.request('POST', '/api/v1/auth/login', { body });
const refresh = (refresh_token: string): Promise<Answer> =>
  app.request('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
const me = (token: string): Promise<Answer> => app.request('GET', '/api/v1/users/me', { token });
const problemOf = ({ status, body }: Answer): [number, string] => [status, body.detail];

describe('Registration', () => {
  it('responds with 201, the user and its location, but no trace of the password', async () => {
    const account = {
      username: 'Grace_H',
      email: 'Grace@Example.com',
      password: PASSWORD,
      fullName: 'Grace',
      age: 85,
    };
    const answer = await app.request('POST', '/api/v1/auth/register', { body: account });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/api/v1/users/${answer.body.id}`);
    const { password, ...fields } = account;
    expect(answer.body).toMatchObject({
      ...fields,
      email: 'grace@example.com',
      tags: [],
      role: 'user',
      isActive: true,
    });
    expect(answer.text).not.toContain(password);
    expect(answer.text).not.toMatch(/argon2|password/i);
    const found = await app.request('GET', answer.headers.get('location')!, { token: admin });
    expect(found.body).toEqual(answer.body);
  });

  it('accepts one of twenty concurrent ones with the same email', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        app.request('POST', '/api/v1/auth/register', {
          body: { username: `racer-${i}`, email: 'racer@example.com', password: PASSWORD },
        }),
      ),
    );
    const losers = answers.filter(({ status }) => status !== 201);
    expect(losers).toHaveLength(19);
    for (const loser of losers)
      expect(problemOf(loser)).toEqual([409, 'User with this email already exists']);
  });

  it.each(['role', 'isActive', 'id', 'passwordHash'])('refuses the field %s', async (field) => {
    const account = { username: 'mallory', email: 'mallory@example.com', password: PASSWORD };
    const answer = await app.request('POST', '/api/v1/auth/register', {
      body: { ...account, [field]: 'admin' },
    });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ path: field }]]);
  });
});

describe('Log-in', () => {
  it('accepts what Swagger UI sends: the form of OAuth 2, with empty client credentials', async () => {
    const form = {
      grant_type: 'password',
      username: 'demo',
      password: PASSWORD,
      scope: '',
      client_id: '',
      client_secret: '',
    };
    const headers = { authorization: 'Basic Og==' };
    const answer = await app.request('POST', '/api/v1/auth/login', { form, headers });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: 'bearer', expires_in: 900 });
    expect(Object.keys(answer.body).sort()).toEqual([
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await me(answer.body.access_token)).body.username).toBe('demo');
  });

  it('accepts no other flow and no other field', async () => {
    const form = { username: 'demo', password: PASSWORD };
    const flow = await app.request('POST', '/api/v1/auth/login', {
      form: { ...form, grant_type: 'implicit' },
    });
    const field = await app.request('POST', '/api/v1/auth/login', { form: { ...form, remember: 'yes' } });
    expect([flow.status, field.status]).toEqual([422, 422]);
  });

  it.each([
    ['a wrong password', { username: 'demo', password: 'Wrong1Password' }],
    ['an unknown user', { username: 'nobody', password: PASSWORD }],
    ['an unknown email', { username: 'nobody@example.com', password: PASSWORD }],
  ])('refuses %s', async (_, body) => {
    const answer = await login(body);
    expect(problemOf(answer)).toEqual([401, 'Incorrect username or password']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('Refresh and logout', () => {
  it('spends the token; using it again ends the session, including access tokens', async () => {
    const { token, refreshToken } = await person();
    const { status, body: next } = await refresh(refreshToken);
    expect(status).toBe(200);
    expect((await me(next.access_token)).status).toBe(200);
    expect(problemOf(await refresh(refreshToken))).toEqual([401, INVALID]);
    expect(problemOf(await refresh(next.refresh_token))).toEqual([401, INVALID]);
    for (const ended of [token, next.access_token])
      expect(problemOf(await me(ended))).toEqual([401, INVALID]);
  });

  it('invalidates every token of the session at logout, and no other session', async () => {
    const { username, token, refreshToken } = await person();
    const other = await login({ username, password: PASSWORD });
    expect((await app.request('POST', '/api/v1/auth/logout', { token })).status).toBe(204);
    expect(problemOf(await me(token))).toEqual([401, INVALID]);
    expect(problemOf(await refresh(refreshToken))).toEqual([401, INVALID]);
    expect((await me(other.body.access_token)).status).toBe(200);
  });

  it('requires a caller to log out', async () => {
    expect(problemOf(await app.request('POST', '/api/v1/auth/logout'))).toEqual([
      401,
      'Authentication required',
    ]);
  });
});

describe('Invalid credentials', () => {
  it.each([
    ['garbage', 'Bearer garbage'],
    ['another scheme', 'Basic ZGVtbzpQYXNzdzByZA=='],
    ['no scheme', 'garbage'],
  ])('are refused on public endpoints too: %s', async (_, authorization) => {
    const answer = await app.request('GET', '/api/v1/things', { headers: { authorization } });
    expect(problemOf(answer)).toEqual([401, INVALID]);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('include two headers, although each is valid on its own', async () => {
    const header = `Authorization: Bearer ${moderator}\r\n`;
    const ask = (headers: string) =>
      rawRequest(app.url, `GET /api/v1/users/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
    expect(await ask(header)).toMatch(/^HTTP\/1.1 200 /);
    expect(await ask(header + header)).toMatch(/^HTTP\/1.1 401 /);
  });

  it('include a refresh token, and the token of a disabled or deleted user', async () => {
    const { id, token, refreshToken } = await person();
    expect(problemOf(await me(refreshToken))).toEqual([401, INVALID]);
    const path = `/api/v1/users/${id}`;
    await app.request('PATCH', path, { token: admin, body: { isActive: false } });
    expect(problemOf(await me(token))).toEqual([401, INVALID]);
    expect((await app.request('DELETE', path, { token: admin })).status).toBe(204);
    expect(problemOf(await me(token))).toEqual([401, 'User not found']);
  });
});

describe('Who may do what with users', () => {
  const change = { fullName: 'Somebody' };
  const replacement = { username: 'replaced', email: 'replaced@example.com', role: 'user', isActive: true };
  const account = { username: 'created', email: 'created@example.com', password: PASSWORD };

  // Anonymous, another user, the user, a moderator; the administrator comes last, since it succeeds.
  it.each<[string, string, object | undefined, number[], number]>([
    ['GET', '/api/v1/users', undefined, [401, 403, 403, 200], 200],
    ['GET', '/api/v1/users/recent', undefined, [401, 403, 403, 200], 200],
    ['GET', '/api/v1/users/me', undefined, [401, 200, 200, 200], 200],
    ['GET', '/api/v1/users/:id', undefined, [401, 403, 200, 200], 200],
    ['GET', `/api/v1/users/${UNKNOWN}`, undefined, [401, 403, 403, 404], 404],
    ['GET', '/api/v1/users/17', undefined, [401, 403, 403, 422], 422],
    ['POST', '/api/v1/users', account, [401, 403, 403, 403], 201],
    ['PATCH', '/api/v1/users/:id', change, [401, 403, 403, 403], 200],
    ['PUT', '/api/v1/users/:id', replacement, [401, 403, 403, 403], 200],
    ['POST', '/api/v1/users/:id/set-password', { password: 'Other1Password' }, [401, 403, 403, 403], 204],
    ['DELETE', '/api/v1/users/:id', undefined, [401, 403, 403, 403], 204],
    ['DELETE', `/api/v1/users/${UNKNOWN}`, undefined, [401, 403, 403, 403], 404],
  ])('%s %s', async (method, path, body, refused, forAdmin) => {
    const [subject, other] = [await person(), await person()];
    const statuses: number[] = [];
    for (const token of [undefined, other.token, subject.token, moderator, admin]) {
      statuses.push((await app.request(method, path.replace(':id', subject.id), { token, body })).status);
    }
    expect(statuses).toEqual([...refused, forAdmin]);
  });

  it('nobody can raise their own role', async () => {
    const { id, token } = await person();
    const body = { role: 'admin' };
    expect((await app.request('PATCH', '/api/v1/users/me', { token, body })).status).toBe(422);
    expect((await app.request('PATCH', `/api/v1/users/${id}`, { token, body })).status).toBe(403);
    expect((await me(token)).body.role).toBe('user');
  });

  it('a new role takes effect on the next request', async () => {
    const { id, token } = await person();
    expect((await app.request('GET', '/api/v1/users', { token })).status).toBe(403);
    await app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body: { role: 'moderator' } });
    expect((await app.request('GET', '/api/v1/users', { token })).status).toBe(200);
    await app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body: { role: 'user' } });
    expect((await app.request('GET', '/api/v1/users', { token })).status).toBe(403);
  });

  it('the last administrator remains', async () => {
    const { body } = await me(admin);
    const path = `/api/v1/users/${body.id}`;
    for (const answer of [
      await app.request('DELETE', path, { token: admin }),
      await app.request('PATCH', path, { token: admin, body: { role: 'user' } }),
      await app.request('PATCH', path, { token: admin, body: { isActive: false } }),
    ]) {
      expect(answer.status).toBe(400);
    }
    expect((await me(admin)).body).toEqual(body);
  });
});

describe('Users', () => {
  it('are listed with their number, by page and by cursor', async () => {
    const page = await app.request('GET', '/api/v1/users?q=example.com&sort=-createdAt,username&pageSize=2', {
      token: moderator,
    });
    expect(page.headers.get('x-total-count')).toBe(String(page.body.total));
    expect(page.body.items).toHaveLength(2);
    const first = await app.request('GET', '/api/v1/users?limit=2', { token: moderator });
    const next = `/api/v1/users?limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`;
    const second = await app.request('GET', next, { token: moderator });
    const ids = [...first.body.items, ...second.body.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(page.text + first.text).not.toMatch(/argon2|passwordHash|credentialsVersion/);
  });

  it.each(['role=root', 'isActive=maybe', 'sort=passwordHash', 'q=', 'unknown=1', 'page=1&limit=2'])(
    'cannot be listed by ?%s',
    async (query) => {
      expect((await app.request('GET', `/api/v1/users?${query}`, { token: admin })).status).toBe(422);
    },
  );

  it('change their own account, and lose the old password when an administrator sets one', async () => {
    const { id, username, token } = await person();
    const body = { username: `${username}-2`, fullName: 'New', age: 40, tags: ['a', 'b'] };
    const changed = await app.request('PATCH', '/api/v1/users/me', { token, body });
    expect(changed.body).toMatchObject(body);
    const password = 'Another1Password';
    await app.request('POST', `/api/v1/users/${id}/set-password`, { token: admin, body: { password } });
    expect((await me(token)).status).toBe(401);
    expect((await login({ username: body.username, password: PASSWORD })).status).toBe(401);
    expect((await login({ username: body.username, password })).status).toBe(200);
  });

  it('are refused with a taken name', async () => {
    const { id, token } = await person();
    const body = { username: 'ADMIN' };
    const own = await app.request('PATCH', '/api/v1/users/me', { token, body });
    expect(problemOf(own)).toEqual([409, 'User with this username already exists']);
    const path = `/api/v1/users/${id}`;
    const email = await app.request('PATCH', path, { token: admin, body: { email: 'Demo@example.com' } });
    expect(problemOf(email)).toEqual([409, 'User with this email already exists']);
  });
});
