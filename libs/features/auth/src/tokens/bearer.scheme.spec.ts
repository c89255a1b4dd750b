import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { UserDto, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { SOON } from '@gatehouse/testing';
import { AuthService } from '../login/auth.service.js';
import { BearerScheme } from './bearer.scheme.js';
import { TokenEndpoint } from './token-endpoint.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { client, identify, queriesOf, requestWith, startAuth } from '../testing.js';

const admin = callerOf('admin');
const INVALID = 'Invalid authentication credentials';

let here: TestFeatures;
let there: TestFeatures;
let users: UsersService;
let user: UserDto;
let token: string;
let refreshToken: string;

beforeAll(async () => {
  here = await startAuth();
  there = await here.another();
  users = here.context.get(UsersService);
});

afterAll(async () => {
  await there.stop();
  await here.stop();
});

beforeEach(async () => {
  user = await users.create(newAccount(), admin);
  const login = { username: user.username, password: 'Passw0rd' };
  const tokens = await here.context.get(AuthService).login(login, client());
  token = tokens.access_token;
  refreshToken = tokens.refresh_token;
  await identify(here, token);
  await identify(there, token);
});

const scheme = () => here.context.get(BearerScheme);
const logOut = (caller: Principal) => here.context.get(SessionsService).logOut(caller, client());

describe('a valid token', () => {
  it('identifies the user, and is answered without a query from then on', async () => {
    expect(await identify(here, token)).toMatchObject({ id: user.id, username: user.username, role: 'user' });
    const queries = await queriesOf(here, () => {
      const first = scheme().authenticate(requestWith(`Bearer ${token}`));
      expect(first).not.toBeInstanceOf(Promise);
      expect(scheme().authenticate(requestWith(`Bearer ${token}`))).toBe(first);
    });
    expect(queries).toBe(0);
  });

  it.each(['bearer', 'BEARER', 'bEaReR'])('may be sent as "%s"', async (name) => {
    expect(await scheme().authenticate(requestWith(`${name} ${token}`))).toMatchObject({ id: user.id });
  });

  it('expires although it is cached', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 900_000 });
    try {
      await expect(identify(here, token)).rejects.toThrow(INVALID);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has the permissions of the role', async () => {
    expect((await identify(here, token))!.can('users.read')).toBe(false);
    await users.update(user.id, { role: 'moderator' }, admin);
    expect((await identify(here, token))!.can('users.read')).toBe(true);
    expect((await identify(here, token))!.can('users.write')).toBe(false);
    await users.update(user.id, { role: 'admin' }, admin);
    expect((await identify(here, token))!.can('users.write')).toBe(true);
    expect((await identify(here, token))!.can('no.such-permission')).toBe(false);
  });
});

describe('refuses', () => {
  it.each([
    ['another scheme', 'Basic YWRtaW46UGFzc3cwcmQ='],
    ['a scheme alone', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['an empty header', ''],
    ['two tokens in one header', 'Bearer a, Bearer b'],
    ['garbage', 'Bearer garbage'],
    ['control characters', 'Bearer a\u0000b'],
  ])('%s', async (_, header) => {
    await expect(async () => scheme().authenticate(requestWith(header))).rejects.toThrow(INVALID);
  });

  it('two headers, although the first is valid', async () => {
    const request = requestWith(`Bearer ${token}`, `Bearer ${token}`);
    await expect(async () => scheme().authenticate(request)).rejects.toThrow(INVALID);
  });

  it('other claims with the signature of a cached token', async () => {
    const [, claims] = token.split('.') as [string, string];
    const changed = Buffer.from(claims, 'base64url').toString().replace(user.id, callerOf('admin').id);
    const forged = token.replace(claims, Buffer.from(changed).toString('base64url'));
    expect(forged.slice(-44)).toBe(token.slice(-44));
    await expect(identify(here, forged)).rejects.toThrow(INVALID);
  });

  it('a refresh token', async () => {
    await expect(identify(here, refreshToken)).rejects.toThrow(INVALID);
  });

  it('the session of one user with the id of another', async () => {
    const { AccessTokens } = await import('./access-tokens.js');
    const other = await users.create(newAccount(), admin);
    const sid = (await identify(here, token))!.sessionId!;
    const mixed = here.context.get(AccessTokens).issue(other.id, sid);
    await expect(identify(here, mixed)).rejects.toThrow(INVALID);
  });
});

it('ignores requests without credentials', () => {
  expect(scheme().authenticate(requestWith())).toBeUndefined();
});

it('ignores client credentials at the token endpoint only', async () => {
  class Controller {
    @TokenEndpoint()
    login(): void {}
  }
  const request = requestWith('Basic Og==');
  Object.assign(request.routeOptions.config, {
    endpoint: { controller: Controller, handler: Controller.prototype.login },
  });
  expect(scheme().authenticate(request)).toBeUndefined();
  await expect(async () => scheme().authenticate(requestWith('Basic Og=='))).rejects.toThrow(INVALID);
});

describe('a token ends at once in every process with', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ['logout', INVALID, async () => logOut((await identify(here, token))!)],
    ['the user', 'User not found', () => users.remove(user.id, admin)],
    ['the user’s being active', INVALID, () => users.update(user.id, { isActive: false }, admin)],
    ['the password', INVALID, () => users.setPassword(user.id, 'Other1Password', admin)],
    [
      'the reuse of a refresh token',
      INVALID,
      async () => {
        const auth = here.context.get(AuthService);
        await auth.refresh(refreshToken, client());
        await expect(auth.refresh(refreshToken, client())).rejects.toThrow(INVALID);
      },
    ],
  ])('%s', async (_, message, act) => {
    await act();
    await expect(identify(here, token)).rejects.toThrow(message);
    await expect(identify(there, token)).rejects.toThrow(message);
  });

  it('a change of role: the next request has the new one', async () => {
    await users.update(user.id, { role: 'moderator' }, admin);
    expect(await identify(there, token)).toMatchObject({ role: 'moderator' });
  });

  it('logout, but not other log-ins of the user', async () => {
    const auth = here.context.get(AuthService);
    const other = await auth.login({ username: user.username, password: 'Passw0rd' }, client());
    await logOut((await identify(here, token))!);
    expect(await identify(there, other.access_token)).toMatchObject({ id: user.id });
  });
});

describe('is not cached', () => {
  it('when it is revoked while it is being looked up', async () => {
    const auth = here.context.get(AuthService);
    for (let round = 0; round < 10; round++) {
      const login = await auth.login({ username: user.username, password: 'Passw0rd' }, client());
      const principal = (await identify(here, login.access_token))!;
      const { username } = newAccount();
      // Clears the caches of both processes, so that the look-ups below are new ones.
      await users.update(user.id, { username }, admin);
      user = { ...user, username };
      const lookUps = [identify(here, login.access_token), identify(there, login.access_token)];
      await Promise.all([logOut(principal), Promise.allSettled(lookUps)]);
      await expect(identify(here, login.access_token)).rejects.toThrow(INVALID);
      await expect(identify(there, login.access_token)).rejects.toThrow(INVALID);
    }
  });

  it('when the database result is older than the revocation', async () => {
    await users.update(user.id, { age: 1 }, admin);
    const dataSource = there.context.get(DataSource);
    const original = dataSource.query.bind(dataSource);
    const late = vi.spyOn(dataSource, 'query').mockImplementationOnce(async (...args) => {
      const rows: unknown = await original(...args);
      await logOut((await identify(here, token))!);
      return rows;
    });
    await identify(there, token);
    late.mockRestore();
    await expect(identify(there, token)).rejects.toThrow(INVALID);
  });
});

describe('a process that does not receive changes', () => {
  it('queries the database each time, and clears its cache when it receives changes again', async () => {
    const deaf = vi.spyOn(there.context.get(ProcessBus), 'connected', 'get').mockReturnValue(false);
    try {
      expect(await queriesOf(there, () => identify(there, token))).toBe(1);
      expect(await queriesOf(there, () => identify(there, token))).toBe(1);
    } finally {
      deaf.mockRestore();
    }
    expect(await queriesOf(there, () => identify(there, token))).toBe(0);
  });

  it('recovers when its connection is cut, without accepting a revoked token', async () => {
    const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'gatehouse-bus'`;
    await here.context.get(DataSource).query(sql);
    await logOut((await identify(here, token))!);
    await expect(identify(here, token)).rejects.toThrow(INVALID);
    await expect(identify(there, token)).rejects.toThrow(INVALID);
    await vi.waitFor(() => expect(there.context.get(ProcessBus).connected).toBe(true), SOON);
  });
});
