import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ClientInfo } from '@gatehouse/http';
import { overlapping, SOON } from '@gatehouse/testing';
import { User, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { refreshSecrets, sha256 } from '../opaque-secrets.js';
import { RefreshTokens } from './refresh-tokens.js';
import { Session } from '../sessions/session.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { client, startAuth } from '../testing.js';

const LOCK_SESSION = 'SELECT id FROM sessions WHERE id = $1 FOR UPDATE';

let here: TestFeatures;
let there: TestFeatures;
let lenient: TestFeatures;
let dataSource: DataSource;
let user: User;
let sessionId: string;
let token: string;

beforeAll(async () => {
  here = await startAuth({ REFRESH_TOKEN_TTL_DAYS: '30', SESSION_MAX_DAYS: '40' });
  there = await here.another();
  lenient = await here.another({ REFRESH_GRACE_MS: '2000' });
  dataSource = here.context.get(DataSource);
});

afterAll(async () => {
  await lenient.stop();
  await there.stop();
  await here.stop();
});

beforeEach(async () => {
  const { id } = await here.context.get(UsersService).create(newAccount(), callerOf('admin'));
  user = await dataSource.manager.findOneByOrFail(User, { id });
  ({ sessionId, token } = await open());
});

async function open(): Promise<{ sessionId: string; token: string }> {
  const secret = refreshSecrets.make();
  const session = { kind: 'token' as const, secretHash: sha256(secret) };
  const id = await here.context.get(SessionsService).open(user, session, client());
  return { sessionId: id!, token: secret };
}

const rotate = (spent: string, caller: ClientInfo = client(), { context } = here) =>
  context.get(RefreshTokens).rotate(spent, caller);
const stored = () => dataSource.manager.findOneByOrFail(Session, { id: sessionId });
const spent = async () =>
  (await dataSource.query(`SELECT spent_at FROM refresh_tokens WHERE token_hash = $1`, [sha256(token)]))[0]
    .spent_at !== null;
const audited = () =>
  dataSource.query(
    `SELECT subject_id, address, details FROM audit_events WHERE action = 'auth.refresh-reuse' AND subject_id = $1`,
    [user.id],
  );
const mailed = () =>
  dataSource.query(`SELECT subject, text, html FROM mails WHERE recipient = $1`, [user.email]);

/** Exchanges of the token in two processes that all arrive before one of them completes. */
const together = (callers: ClientInfo[]) =>
  overlapping(dataSource, LOCK_SESSION, [sessionId], callers.length, () =>
    Promise.all(callers.map((caller, i) => rotate(token, caller, i % 2 ? there : here))),
  );

describe('overlapping exchanges of one token', () => {
  it.each([2, 3, 9])('%i of them receive one valid successor', async (count) => {
    const results = await together(Array.from({ length: count }, () => client()));
    const successors = new Set(results.map((result) => result?.refreshToken));
    expect(successors.size).toBe(1);
    const [successor] = successors;
    expect(await rotate(successor!)).toMatchObject({ id: sessionId });
    expect(await audited()).toEqual([]);
  });

  it('receive one successor even when the second arrives while the first waits', async () => {
    const late = async () => {
      await sleep(50);
      return rotate(token, client(), there);
    };
    const results = await overlapping(dataSource, LOCK_SESSION, [sessionId], 2, () =>
      Promise.all([rotate(token), late()]),
    );
    expect(results[0]).toBeDefined();
    expect(results[1]).toEqual(results[0]);
  });

  it.each([
    ['device', { device: 'thief' }],
    ['address', { address: '198.51.100.66' }],
  ])('end the family when the %s differs', async (_, difference) => {
    const results = await together([client(), client(difference)]);
    expect(results.filter((result) => result !== undefined)).toHaveLength(1);
    expect((await stored()).revokedAt).toBeInstanceOf(Date);
    expect(await audited()).toHaveLength(1);
  });

  it('end the family when the successor is spent before the second is processed', async () => {
    const second = client();
    const first = await rotate(token);
    await rotate(first!.refreshToken);
    expect(await rotate(token, second)).toBeUndefined();
    expect((await stored()).revokedAt).toBeInstanceOf(Date);
  });
});

describe('a spent token', () => {
  it('is answered again when the request arrived before the first completed', async () => {
    const second = client();
    const first = await rotate(token);
    expect(await rotate(token, second)).toEqual(first);
  });

  it('is reuse when the request arrived after the first response', async () => {
    for (let round = 0; round < 20; round++) {
      ({ sessionId, token } = await open());
      await rotate(token);
      expect(await rotate(token, client())).toBeUndefined();
      expect((await stored()).revokedAt).toBeInstanceOf(Date);
    }
  });

  it.each([
    ['is answered once more when it comes again while the first answer is held back', {}, 1],
    ['is reuse even then when it comes from elsewhere', { address: '198.51.100.66' }, 0],
  ])('%s', async (_, difference, answers) => {
    const first = rotate(token, client(), lenient);
    await vi.waitFor(async () => expect(await spent()).toBe(true), SOON);
    const second = await rotate(token, client(difference), lenient);
    expect([second].filter(Boolean)).toHaveLength(answers);
    if (second) expect(second).toEqual(await first);
    expect((await stored()).revokedAt !== null).toBe(second === undefined);
    await first;
  });

  it('is reported once, to the audit trail and to the user', async () => {
    await rotate(token);
    const thief = { address: '198.51.100.66', device: '<b>thief</b>' };
    for (let i = 0; i < 3; i++) await rotate(token, client(thief));
    const details = { sessionId, device: thief.device };
    expect(await audited()).toEqual([{ subject_id: user.id, address: thief.address, details }]);
    const [mail, ...others] = await mailed();
    expect(others).toEqual([]);
    expect(mail.subject).toBe('We ended one of your log-ins');
    for (const text of [mail.text, mail.html]) {
      for (const told of [user.username, thief.address, new Date().toISOString().slice(0, 10)])
        expect(text).toContain(told);
      expect(text, 'text of the thief’s own choice').not.toContain('thief');
    }
  });

  it('is reported once when it is used many times concurrently', async () => {
    const { refreshToken } = (await rotate(token))!;
    await Promise.all(Array.from({ length: 9 }, (_, i) => rotate(token, client(), i % 2 ? there : here)));
    expect(await rotate(refreshToken)).toBeUndefined();
    expect([await audited(), await mailed()]).toMatchObject([{ length: 1 }, { length: 1 }]);
  });

  it('is not reported when its session has already ended', async () => {
    await rotate(token);
    await here.context.get(SessionsService).logOut({ ...callerOf('user'), id: user.id, sessionId }, client());
    expect(await rotate(token)).toBeUndefined();
    expect([await audited(), await mailed()]).toEqual([[], []]);
  });
});

it('keeps the successor sealed, and only while it is unspent', async () => {
  const sealed = () =>
    dataSource.query(
      `SELECT sealed_successor AS seal FROM refresh_tokens
      WHERE session_id = $1 AND sealed_successor IS NOT NULL`,
      [sessionId],
    );
  const second = (await rotate(token))!.refreshToken;
  const [{ seal }] = await sealed();
  expect(seal.includes(second)).toBe(false);
  await rotate(second);
  const [next, ...others] = await sealed();
  expect(others).toEqual([]);
  expect(next.seal.equals(seal)).toBe(false);
});

it('never exceeds its maximum lifetime, however often it is used', async () => {
  await dataSource.query(`UPDATE sessions SET created_at = now() - interval '39 days' WHERE id = $1`, [
    sessionId,
  ]);
  token = (await rotate(token))!.refreshToken;
  const { createdAt, expiresAt } = await stored();
  expect(expiresAt.getTime() - createdAt.getTime()).toBe(40 * 86_400_000);
  await dataSource.query(
    `UPDATE sessions SET created_at = now() - interval '41 days', expires_at = now() - interval '1 day' WHERE id = $1`,
    [sessionId],
  );
  expect(await rotate(token)).toBeUndefined();
});
