import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadEnvironment } from '@gatehouse/config';
import { UnavailableProblem } from '@gatehouse/http';
import { RateLimitProblem } from '@gatehouse/throttle';
import type { User, UserAccounts } from '@gatehouse/users';
import type { TestFeatures } from '@gatehouse/users/testing';
import { startAuth } from '../testing.js';
import { AuthSettings } from '../auth.settings.js';
import { LoginAttempts } from './login-attempts.js';
import { LoginProtection } from './login-protection.js';
import type { SessionsService } from '../sessions/sessions.service.js';

const ID = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
const HOME = '192.0.2.1';

let features: TestFeatures;
let dataSource: DataSource;
let ada: User;
let verify: ReturnType<typeof vi.fn>;
let known: ReturnType<typeof vi.fn>;
let protection: LoginProtection;

function protect(variables: Record<string, string> = {}): LoginProtection {
  const environment = loadEnvironment({ LOGIN_ATTEMPTS: '10', LOGIN_WINDOW_SECONDS: '300', ...variables }, [
    AuthSettings,
  ]);
  return new LoginProtection(
    {
      find: async (login: string) => (['ada', 'ADA', 'ada@example.com'].includes(login) ? ada : undefined),
      findById: async () => ada,
      verify,
    } as unknown as UserAccounts,
    { hasNetwork: known } as unknown as SessionsService,
    features.context.get(LoginAttempts),
    environment,
    environment.of(AuthSettings),
  );
}

beforeAll(async () => {
  features = await startAuth();
  dataSource = features.context.get(DataSource);
});
afterAll(() => features.stop());

beforeEach(async () => {
  await dataSource.query('TRUNCATE login_attempts');
  ada = { id: ID, credentialsVersion: 1 } as User;
  verify = vi.fn(async (user: User | undefined, password: string) =>
    password === 'right' ? user : undefined,
  );
  known = vi.fn(async () => false);
  protection = protect();
});

const pass = (seconds: number) =>
  dataSource.query('UPDATE login_attempts SET ends_at = ends_at - make_interval(secs => $1)', [seconds]);

/** Makes guesses one after another. */
async function fail(times: number, login: string, address: string | ((i: number) => string)): Promise<void> {
  for (let i = 0; i < times; i++) {
    const from = typeof address === 'string' ? address : address(i);
    expect(await protection.check(login, 'wrong', from)).toBeUndefined();
  }
}
const everywhere = (i: number): string => `198.51.${Math.floor(i / 200)}.${i % 200}`;

describe('one account from one address', () => {
  it('does not count a password that could not be checked', async () => {
    await fail(9, 'ada', HOME);
    verify.mockRejectedValue(new UnavailableProblem('Too many passwords are being checked', 1));
    for (let i = 0; i < 3; i++)
      await expect(protection.check('ada', 'right', HOME)).rejects.toThrow('Too many');
    verify.mockResolvedValue(undefined);
    await fail(1, 'ada', HOME);
    await expect(protection.check('ada', 'right', HOME)).rejects.toThrow(RateLimitProblem);
  });

  it('allows the configured number of failures, then refuses without computing a hash', async () => {
    await fail(10, 'ada', HOME);
    await expect(protection.check('ada', 'right', HOME)).rejects.toMatchObject({
      detail: 'Rate limit exceeded. Max 10 requests per 300 seconds',
      headers: { 'retry-after': expect.stringMatching(/^(300|29\d)$/) },
    });
    expect(verify).toHaveBeenCalledTimes(10);
  });

  it('allows that many of 100 concurrent guesses in two processes', async () => {
    const others = protect();
    const guesses = Array.from({ length: 100 }, (_, i) =>
      (i % 2 ? protection : others).check('ada', 'wrong', HOME),
    );
    const results = await Promise.allSettled(guesses);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(verify).toHaveBeenCalledTimes(10);
  });

  it('admits any number of concurrent correct log-ins', async () => {
    const logins = Array.from({ length: 50 }, () => protection.check('ada', 'right', HOME));
    expect(new Set(await Promise.all(logins))).toEqual(new Set([ada]));
  });

  it('is unlocked after one window, regardless of attempts in between', async () => {
    await fail(10, 'ada', HOME);
    for (let i = 0; i < 9; i++) {
      await pass(30);
      await expect(protection.check('ada', 'right', HOME)).rejects.toThrow(RateLimitProblem);
    }
    await pass(30);
    expect(await protection.check('ada', 'right', HOME)).toBe(ada);
  });

  it('resets the count with the correct password', async () => {
    for (let round = 0; round < 5; round++) {
      await fail(9, 'ada', HOME);
      expect(await protection.check('ada', 'right', HOME)).toBe(ada);
    }
  });

  it('shares one count for a name in any case and Unicode form', async () => {
    await fail(9, 'ada', HOME);
    await fail(1, 'ADA', HOME);
    await expect(protection.check('ada', 'right', HOME)).rejects.toThrow(RateLimitProblem);
    await fail(9, 'jos\u00e9@m\u00fcnchen.example', HOME);
    await fail(1, 'jose\u0301@xn--mnchen-3ya.example', HOME);
    await expect(protection.check('JOS\u00c9@m\u00fcnchen.example', 'x', HOME)).rejects.toThrow(
      RateLimitProblem,
    );
    await fail(1, 'grace', HOME);
    expect(await protection.check('ada', 'right', '192.0.2.2')).toBe(ada);
  });

  it('does not reveal that a username and an email belong to one account', async () => {
    for (const names of [
      ['ada', 'ada@example.com'],
      ['nobody', 'nobody@example.com'],
    ])
      for (let i = 0; i < 8; i++) for (const name of names) await fail(1, name, HOME);
  });

  it('treats an IPv6 network as one address', async () => {
    await fail(10, 'ada', (i) => `2001:db8::${i + 1}`);
    await expect(protection.check('ada', 'right', '2001:db8::ffff')).rejects.toThrow(RateLimitProblem);
  });
});

it('counts unknown names, in any case, like accounts', async () => {
  await fail(9, 'nobody', HOME);
  await fail(1, 'NoBody', HOME);
  await expect(protection.check('nobody', 'right', HOME)).rejects.toMatchObject({
    detail: 'Rate limit exceeded. Max 10 requests per 300 seconds',
  });
});

it('allows one address ten times as many failures with all accounts, and any number of successes', async () => {
  for (let i = 0; i < 200; i++) await protection.check('ada', 'right', HOME);
  for (let i = 0; i < 100; i++) await fail(1, `user-${i}`, HOME);
  await expect(protection.check('ada', 'right', HOME)).rejects.toMatchObject({
    detail: 'Rate limit exceeded. Max 100 requests per 300 seconds',
  });
});

it('does not count attempts that another limit refuses', async () => {
  await fail(10, 'ada', HOME);
  for (let i = 0; i < 200; i++) {
    await expect(protection.check('ada', 'wrong', HOME)).rejects.toThrow(RateLimitProblem);
  }
  await fail(1, 'grace', HOME);
  expect(await protection.check('ada', 'right', '192.0.2.2')).toBe(ada);
});

describe('one account from everywhere', () => {
  const refusal = { detail: 'Rate limit exceeded. Max 100 requests per 300 seconds' };

  it.each(['ada', 'nobody'])(
    'leaves a new address one failure after ten times as many (%s)',
    async (login) => {
      await fail(100, login, (i) => everywhere(Math.floor(i / 10)));
      await fail(1, login, '203.0.113.1');
      await expect(protection.check(login, 'right', '203.0.113.1')).rejects.toMatchObject(refusal);
      const right = await protection.check(login, 'right', '203.0.113.2');
      expect(right).toBe(login === 'ada' ? ada : undefined);
    },
  );

  it('allows a new address no attempt after a hundred times as many', async () => {
    await fail(1, 'ada', HOME);
    await dataSource.query(`UPDATE login_attempts SET count = 999 WHERE key LIKE 'to %'`);
    await fail(1, 'ada', '203.0.113.1');
    await expect(protection.check('ada', 'right', '203.0.113.2')).rejects.toMatchObject(refusal);
  });

  it('can still log in from a known address, with no more guesses than from any other', async () => {
    known.mockImplementation(async (id: string, network: string) => id === ID && network === HOME);
    await fail(1, 'ada', everywhere);
    await dataSource.query(`UPDATE login_attempts SET count = 1000 WHERE key LIKE 'to %'`);
    await expect(protection.check('ada', 'right', '203.0.113.1')).rejects.toThrow(RateLimitProblem);
    expect(await protection.check('ada', 'right', HOME)).toBe(ada);
    await fail(10, 'ada', HOME);
    await expect(protection.check('ada', 'right', HOME)).rejects.toThrow(RateLimitProblem);
  });
});

it('counts password confirmations of logged-in users as well', async () => {
  for (let i = 0; i < 10; i++) expect(await protection.confirm(ID, 'wrong', HOME)).toBeUndefined();
  await expect(protection.confirm(ID, 'right', HOME)).rejects.toThrow(RateLimitProblem);
  expect(verify).toHaveBeenCalledTimes(10);
});

it('a new password resets all counts of the account', async () => {
  const names = ['ada', 'ada@example.com'];
  for (const name of names) await fail(10, name, HOME);
  await dataSource.query(`UPDATE login_attempts SET count = 1000 WHERE key LIKE 'to %'`);
  for (let i = 0; i < 10; i++) await protection.confirm(ID, 'wrong', HOME);
  ada = { ...ada, credentialsVersion: 2 };
  for (const name of names) expect(await protection.check(name, 'right', HOME)).toBe(ada);
  expect(await protection.check('ada', 'right', '203.0.113.1')).toBe(ada);
  expect(await protection.confirm(ID, 'right', HOME)).toBe(ada);
});

it('deletes only expired counters', async () => {
  await fail(1, 'ada', HOME);
  await pass(301);
  await fail(1, 'grace', '192.0.2.2');
  await features.context.get(LoginAttempts).forgetOld();
  expect(await dataSource.query('SELECT count(*)::int FROM login_attempts')).toEqual([{ count: 3 }]);
});

it('is disabled in a load test', async () => {
  protection = protect({ THROTTLE_DISABLED: 'true' });
  await fail(1_000, 'ada', HOME);
});
