import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { User, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { RefreshToken } from '../tokens/refresh-token.entity.js';
import { Session } from './session.entity.js';
import { refreshSecrets, sha256 } from '../opaque-secrets.js';
import { RefreshedSession, RefreshTokens } from '../tokens/refresh-tokens.js';
import { SessionsService } from './sessions.service.js';
import { client, startAuth } from '../testing.js';

const admin = callerOf('admin');

let features: TestFeatures;
let sessions: SessionsService;
let refreshTokens: RefreshTokens;
let users: UsersService;
let dataSource: DataSource;
let user: User;

beforeAll(async () => {
  features = await startAuth({ REFRESH_TOKEN_TTL_DAYS: '30' });
  sessions = features.context.get(SessionsService);
  refreshTokens = features.context.get(RefreshTokens);
  users = features.context.get(UsersService);
  dataSource = features.context.get(DataSource);
});

afterAll(() => features.stop());

beforeEach(async () => {
  const { id } = await users.create(newAccount(), admin);
  user = await dataSource.manager.findOneByOrFail(User, { id });
});

const begin = (secret = refreshSecrets.make()) =>
  sessions.open(user, { kind: 'token', secretHash: sha256(secret) }, client());
const open = async (): Promise<RefreshedSession> => {
  const refreshToken = refreshSecrets.make();
  return { id: (await begin(refreshToken))!, userId: user.id, refreshToken };
};
const rotate = (refreshToken: string) => refreshTokens.rotate(refreshToken, client());
const revoke = (sessionId: string) =>
  sessions.logOut({ ...callerOf('user'), id: user.id, sessionId }, client());
const stored = (id: string) => dataSource.manager.findOneByOrFail(Session, { id });
const age = (column: string, id: string, days: number) =>
  dataSource.query(`UPDATE sessions SET ${column} = ${column} - make_interval(days => $2) WHERE id = $1`, [
    id,
    days,
  ]);

it('agrees with the migration', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

describe('rotation', () => {
  it('returns a new token each time for the same session, and extends it', async () => {
    let { id, refreshToken } = await open();
    await age('expires_at', id, 29);
    const seen = new Set([refreshToken]);
    for (let i = 0; i < 5; i++) {
      const next = await rotate(refreshToken);
      expect(next).toMatchObject({ id, userId: user.id });
      refreshToken = next!.refreshToken;
      seen.add(refreshToken);
    }
    expect(seen.size).toBe(6);
    const { expiresAt } = await stored(id);
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
  });

  it('stores only hashes, no usable tokens', async () => {
    const { id, refreshToken } = await open();
    const rows = await dataSource.query(
      `SELECT t::text AS text FROM refresh_tokens t WHERE session_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
    const hex = Buffer.from(refreshToken).toString('hex');
    expect(rows[0].text).not.toContain(hex);
    expect(rows[0].text).not.toContain(refreshToken);
    expect(refreshToken).toMatch(/^ghr_[\w-]{43}$/);
  });

  it('deletes spent tokens that would have expired', async () => {
    const { id, refreshToken } = await open();
    const second = await rotate(refreshToken);
    await dataSource.query(
      `UPDATE refresh_tokens SET spent_at = spent_at - interval '31 days' WHERE session_id = $1`,
      [id],
    );
    await rotate(second!.refreshToken);
    expect(await dataSource.manager.countBy(RefreshToken, { sessionId: id })).toBe(2);
  });
});

describe('reuse', () => {
  it('of a spent token ends the whole family, for thief and victim', async () => {
    const { id, refreshToken: stolen } = await open();
    const victim = await rotate(stolen);
    expect(await rotate(stolen)).toBeUndefined();
    expect((await stored(id)).revokedAt).toBeInstanceOf(Date);
    expect(await rotate(victim!.refreshToken)).toBeUndefined();
  });

  it('of an old token does the same', async () => {
    const { id, refreshToken: first } = await open();
    let last = first;
    for (let i = 0; i < 4; i++) last = (await rotate(last))!.refreshToken;
    expect(await rotate(first)).toBeUndefined();
    expect((await stored(id)).revokedAt).not.toBeNull();
    expect(await rotate(last)).toBeUndefined();
  });

  it('ends no other session of the same user', async () => {
    const [one, other] = [await open(), await open()];
    await rotate(one.refreshToken);
    await rotate(one.refreshToken);
    expect(await rotate(other.refreshToken)).toMatchObject({ id: other.id });
  });
});

describe('a refresh token is invalid', () => {
  it.each([
    ['when made up', async () => `ghr_${'A'.repeat(43)}`],
    ['when empty', async () => ''],
    ['with a character more', async () => `${(await open()).refreshToken}A`],
    [
      'after logout',
      async () => {
        const { id, refreshToken } = await open();
        await revoke(id);
        return refreshToken;
      },
    ],
    [
      'when it has expired',
      async () => {
        const { id, refreshToken } = await open();
        await age('expires_at', id, 30);
        return refreshToken;
      },
    ],
    [
      'when the user is disabled',
      async () => {
        const { refreshToken } = await open();
        await users.update(user.id, { isActive: false }, admin);
        return refreshToken;
      },
    ],
    [
      'when the user was disabled since',
      async () => {
        const { refreshToken } = await open();
        await users.update(user.id, { isActive: false }, admin);
        await users.update(user.id, { isActive: true }, admin);
        return refreshToken;
      },
    ],
    [
      'when the password was set since',
      async () => {
        const { refreshToken } = await open();
        await users.setPassword(user.id, 'Other1Password', admin);
        return refreshToken;
      },
    ],
    [
      'when the user was deleted',
      async () => {
        const { refreshToken } = await open();
        await users.remove(user.id, admin);
        return refreshToken;
      },
    ],
  ])('%s', async (_, token) => {
    expect(await rotate(await token())).toBeUndefined();
  });
});

describe('a log-in', () => {
  it('does not start when the password was changed while it was checked', async () => {
    await users.setPassword(user.id, 'Other1Password', admin);
    expect(await begin()).toBeUndefined();
  });

  it('does not start when the user was disabled or deleted while the password was checked', async () => {
    await users.update(user.id, { isActive: false }, admin);
    expect(await begin()).toBeUndefined();
    await users.remove(user.id, admin);
    expect(await begin()).toBeUndefined();
  });

  it('deletes expired sessions of the user', async () => {
    const [old, young] = [await open(), await open()];
    await age('expires_at', old.id, 31);
    const { id } = await open();
    const kept = await dataSource.manager.findBy(Session, { userId: user.id });
    expect(kept.map((session) => session.id).sort()).toEqual([young.id, id].sort());
  });
});

it('never deadlocks when the user is deleted while sessions start, continue and end', async () => {
  for (let round = 0; round < 25; round++) {
    const { id } = await users.create(newAccount(), admin);
    user = await dataSource.manager.findOneByOrFail(User, { id });
    const [old, one, two] = [await open(), await open(), await open()];
    await age('expires_at', old.id, 31);
    const results = await Promise.allSettled([
      rotate(one.refreshToken),
      begin(),
      users.remove(id, admin),
      rotate(old.refreshToken),
      rotate(two.refreshToken),
      rotate(two.refreshToken),
      revoke(one.id),
      begin(),
    ]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await dataSource.manager.countBy(Session, { userId: id })).toBe(0);
  }
});
