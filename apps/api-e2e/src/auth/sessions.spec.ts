import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditOf, cookieLogIn, logIn, newcomer, type Person, refresh } from '../support/people.js';
import { type Answer, TestApp } from '../support/test-app.js';

const SESSIONS = '/api/v1/auth/sessions';
const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';

let app: TestApp;
let person: Person;

beforeAll(async () => {
  app = await TestApp.start({ REFRESH_TOKEN_TTL_DAYS: '20', SESSION_MAX_DAYS: '10' });
});
afterAll(() => app.stop());
beforeEach(async () => {
  person = await newcomer(app);
});

const list = (token: string): Promise<Answer> => app.request('GET', SESSIONS, { token });
const statusOf = async (token: string) => (await app.request('GET', '/api/v1/users/me', { token })).status;
const idOf = async (token: string): Promise<string> =>
  (await list(token)).body.find(({ current }: { current: boolean }) => current).id;

describe('The list of sessions', () => {
  it('shows where each was used, the most recently used first', async () => {
    const phone = await logIn(app, person.username, { 'user-agent': 'Phone/1' });
    const cookie = await cookieLogIn(app, person.username, { 'user-agent': `Browser/1 ${'x'.repeat(400)}` });
    await refresh(app, person.refreshToken, { 'user-agent': 'Laptop/2' });
    const { status, body } = await list(phone.token);
    expect(status).toBe(200);
    const device = `Browser/1 ${'x'.repeat(290)}`;
    expect(body).toMatchObject([
      { kind: 'token', device: 'Laptop/2', address: '127.0.0.1', current: false },
      { kind: 'cookie', device, address: '127.0.0.1', current: false },
      { kind: 'token', device: 'Phone/1', address: '127.0.0.1', current: true },
    ]);
    for (const { createdAt, expiresAt, lastUsedAt } of body) {
      expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
      expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(10 * 86_400_000);
    }
    const byCookie = await app.request('GET', SESSIONS, { headers: { cookie } });
    expect(byCookie.body.map((each: { current: boolean }) => each.current)).toEqual([true, false, false]);
  });

  it('leaves out ended sessions, and those of other users', async () => {
    const [other, stranger] = [await logIn(app, person.username), await newcomer(app)];
    await app.request('POST', '/api/v1/auth/logout', { token: other.token });
    expect((await list(person.token)).body).toHaveLength(1);
    expect((await list(stranger.token)).body).toHaveLength(1);
    expect((await app.request('GET', SESSIONS)).status).toBe(401);
  });
});

describe('Ending sessions', () => {
  it('ends one, including its refresh token, and records it', async () => {
    const other = await logIn(app, person.username);
    const sessionId = await idOf(other.token);
    expect((await app.request('DELETE', `${SESSIONS}/${sessionId}`, { token: person.token })).status).toBe(
      204,
    );
    expect([await statusOf(other.token), await statusOf(person.token)]).toEqual([401, 200]);
    expect((await refresh(app, other.refreshToken)).status).toBe(401);
    expect((await auditOf(app, person.id)).at(-1)).toEqual({
      action: 'auth.session-revoked',
      actorId: person.id,
      address: '127.0.0.1',
      details: { sessionId },
    });
  });

  it('is 404 for unknown and ended sessions, and those of other users', async () => {
    const stranger = await newcomer(app);
    const over = await idOf(person.token);
    await app.request('POST', '/api/v1/auth/logout', { token: person.token });
    const { token } = await logIn(app, person.username);
    for (const id of [UNKNOWN, over, await idOf(stranger.token)]) {
      const answer = await app.request('DELETE', `${SESSIONS}/${id}`, { token });
      expect([answer.status, answer.body.detail]).toEqual([404, 'Session not found']);
    }
    expect((await app.request('DELETE', `${SESSIONS}/17`, { token })).status).toBe(422);
    expect(await statusOf(stranger.token)).toBe(200);
  });

  it('ends all of them, including this one, and none of other users', async () => {
    const [other, stranger] = [await logIn(app, person.username), await newcomer(app)];
    expect((await app.request('DELETE', SESSIONS, { token: person.token })).status).toBe(204);
    const statuses = await Promise.all([person, other, stranger].map(({ token }) => statusOf(token)));
    expect(statuses).toEqual([401, 401, 200]);
    const entry = (await auditOf(app, person.id)).at(-1);
    expect(entry).toMatchObject({ action: 'auth.session-revoked', details: { sessions: 2 } });
  });
});

describe('The audit trail', () => {
  it('has every log-in and logout', async () => {
    await app.request('POST', '/api/v1/auth/logout', { token: person.token });
    const entries = await auditOf(app, person.id);
    expect(entries.map(({ action }) => action)).toEqual(['auth.login', 'auth.logout']);
    for (const entry of entries) {
      expect(entry).toMatchObject({ actorId: person.id, address: '127.0.0.1' });
      expect(entry.details['sessionId']).toBe(entries[0]!.details['sessionId']);
    }
  });

  it('has failed log-ins, without anything that was typed', async () => {
    for (const username of [person.username, person.email, 'Typed1Elsewhere'])
      await app.request('POST', '/api/v1/auth/login', { body: { username, password: 'Wrong1Password' } });
    const failed = () =>
      app.dataSource.query<{ subject_id: string; text: string }[]>(
        `SELECT subject_id, actor_id, address, events::text AS text
       FROM audit_events events WHERE action = 'auth.login-failed' ORDER BY id`,
      );
    await expect
      .poll(failed)
      .toMatchObject([
        { subject_id: person.id, actor_id: null, address: '127.0.0.1' },
        { subject_id: person.id },
      ]);
    for (const { text } of await failed()) expect(text).not.toMatch(/Wrong1Password|Typed1Elsewhere/);
  });
});
