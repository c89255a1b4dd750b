import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { overlapping } from '@gatehouse/testing';
import { auditOf, newcomer, type Person, refresh } from '../support/people.js';
import { type Answer, TestApp } from '../support/test-app.js';

const ROUNDS = 20;
const VICTIM = { 'user-agent': 'Victim/1' };
const THIEF = { 'user-agent': 'Thief/1' };

let app: TestApp;
let person: Person;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
});
afterAll(() => app.stop());
beforeEach(async () => {
  person = await newcomer(app);
});

const exchange = (token: string, headers: Record<string, string>) => refresh(app, token, headers);
const statusOf = async ({ body }: Answer) =>
  (await app.request('GET', '/api/v1/users/me', { token: body.access_token })).status;

/** Nobody goes on with this log-in; the audit trail and the user know of it, once. */
async function expectEnded(...pairs: Answer[]): Promise<void> {
  for (const pair of pairs) {
    expect(await statusOf(pair)).toBe(401);
    expect((await exchange(pair.body.refresh_token, VICTIM)).status).toBe(401);
  }
  expect((await app.request('GET', '/api/v1/users/me', { token: person.token })).status).toBe(401);
  const entries = (await auditOf(app, person.id)).filter(({ action }) => action === 'auth.refresh-reuse');
  expect(entries).toMatchObject([{ actorId: null, address: '127.0.0.1' }]);
  const mails = await app.dataSource.query(
    `SELECT subject, text FROM mails WHERE recipient = $1 AND subject LIKE 'We ended%'`,
    [person.email],
  );
  expect(mails).toHaveLength(1);
  expect(mails[0].text, 'text of the thief’s own choice').not.toContain(
    String(entries[0]!.details['device']),
  );
}

/** Both exchange the token at once: neither can be through before the other has arrived. */
async function atOnce(one: Record<string, string>, other: Record<string, string>): Promise<Answer[]> {
  const lock = 'SELECT id FROM sessions WHERE user_id = $1 FOR UPDATE';
  return overlapping(app.dataSource, lock, [person.id], 2, () =>
    Promise.all([exchange(person.refreshToken, one), exchange(person.refreshToken, other)]),
  );
}

/** Each goes on with what it has, until both are out. */
async function goOn(one: Answer, other: Answer): Promise<void> {
  const next = await exchange(one.body.refresh_token, VICTIM);
  expect((await exchange(other.body.refresh_token, THIEF)).status).toBe(401);
  await expectEnded(one, other, ...(next.status === 200 ? [next] : []));
}

describe('A stolen refresh token', () => {
  it('that the victim has used before the thief', async () => {
    const victim = await exchange(person.refreshToken, VICTIM);
    const thief = await exchange(person.refreshToken, THIEF);
    expect([victim.status, thief.status]).toEqual([200, 401]);
    await expectEnded(victim);
  });

  it('that the thief used before the victim, and keeps using', async () => {
    let thief = await exchange(person.refreshToken, THIEF);
    for (let i = 0; i < 3; i++) thief = await exchange(thief.body.refresh_token, THIEF);
    expect(await statusOf(thief)).toBe(200);
    expect((await exchange(person.refreshToken, VICTIM)).status).toBe(401);
    await expectEnded(thief);
  });

  it('that the thief sends again a moment after the victim’s answer, with all of the victim’s headers', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      person = await newcomer(app);
      const victim = await exchange(person.refreshToken, VICTIM);
      expect((await exchange(person.refreshToken, VICTIM)).status).toBe(401);
      await expectEnded(victim);
    }
  });

  it('whose thief keeps a request open, with all of the victim’s headers, until the victim has refreshed', async () => {
    const body = JSON.stringify({ refresh_token: person.refreshToken });
    const headers = { ...VICTIM, 'content-type': 'application/json', 'content-length': body.length };
    const request = httpRequest(`${app.url}/api/v1/auth/refresh`, { method: 'POST', headers });
    request.write(body.slice(0, 5));
    const victim = await exchange(person.refreshToken, VICTIM);
    const answer = once(request, 'response');
    request.end(body.slice(5));
    const [{ statusCode }] = (await answer) as [IncomingMessage];
    expect([victim.status, statusCode]).toEqual([200, 401]);
    await expectEnded(victim);
  });

  it('that both use at once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      person = await newcomer(app);
      const answers = await atOnce(VICTIM, THIEF);
      const through = answers.filter(({ status }) => status === 200);
      expect(through).toHaveLength(1);
      await expectEnded(...through);
    }
  });

  it('that both use at once, the thief in disguise: the session ends when each continues', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      person = await newcomer(app);
      const [one, other] = (await atOnce(VICTIM, VICTIM)) as [Answer, Answer];
      expect([one.status, other.status]).toEqual([200, 200]);
      await goOn(one, other);
    }
  });
});

describe('Two tabs that refresh at once', () => {
  it('are both signed in afterwards, in one line', async () => {
    const [one, other] = (await atOnce(VICTIM, VICTIM)) as [Answer, Answer];
    expect([await statusOf(one), await statusOf(other)]).toEqual([200, 200]);
    expect(one.body.refresh_token).toBe(other.body.refresh_token);
    const [{ count }] = await app.dataSource.query(
      `SELECT count(*)::int FROM refresh_tokens JOIN sessions ON sessions.id = session_id
       WHERE user_id = $1 AND spent_at IS NULL`,
      [person.id],
    );
    expect(count).toBe(1);
    const next = await exchange(other.body.refresh_token, VICTIM);
    expect([next.status, await statusOf(one), await statusOf(next)]).toEqual([200, 200, 200]);
    expect((await auditOf(app, person.id)).map(({ action }) => action)).toEqual(['auth.login']);
  });
});
