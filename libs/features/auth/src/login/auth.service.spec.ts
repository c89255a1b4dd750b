import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictProblem } from '@gatehouse/http';
import { User, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { AuthService } from './auth.service.js';
import type { RegisterDto } from './login.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { client, identify, startAuth } from '../testing.js';

let features: TestFeatures;
let auth: AuthService;

beforeAll(async () => {
  features = await startAuth({ ACCESS_TOKEN_TTL_SECONDS: '120' });
  auth = features.context.get(AuthService);
});

afterAll(() => features.stop());

function registration(): RegisterDto {
  const { username, email, password, tags } = newAccount();
  return { username, email, password, tags };
}

describe('log-in', () => {
  it('returns a working pair of tokens, by username and by email', async () => {
    const account = registration();
    const { id } = await auth.register(account);
    for (const username of [account.username, account.email.toUpperCase()]) {
      const tokens = await auth.login({ username, password: account.password }, client());
      expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 120 });
      expect(await identify(features, tokens.access_token)).toMatchObject({ id });
      const next = await auth.refresh(tokens.refresh_token, client());
      expect(next.access_token).not.toBe(tokens.access_token);
      expect(await identify(features, next.access_token)).toMatchObject({ id });
    }
  });

  it('fails identically for a wrong password, an unknown user and a disabled one', async () => {
    const { username, password } = registration();
    await auth.register({ ...registration(), username });
    const disabled = registration();
    const { id } = await auth.register(disabled);
    await features.context.get(UsersService).update(id, { isActive: false }, callerOf('admin'));
    const failures = await Promise.allSettled([
      auth.login({ username, password: 'Wrong1Password' }, client()),
      auth.login({ username: 'nobody', password }, client()),
      auth.login({ username: disabled.username, password: disabled.password }, client()),
    ]);
    const reasons = failures.map((result) => (result as PromiseRejectedResult).reason);
    for (const reason of reasons) {
      expect(reason.toDocument('/', '')).toEqual(reasons[0].toDocument('/', ''));
      expect(reason.detail).toBe('Incorrect username or password');
      expect(reason.headers).toEqual({ 'www-authenticate': 'Bearer' });
    }
  });
});

describe('registration', () => {
  const countOf = (username: string) => features.context.get(DataSource).manager.countBy(User, { username });

  it('lets one of twenty simultaneous requests succeed', async () => {
    const account = registration();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => auth.register(account)));
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refusals).toHaveLength(19);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(ConflictProblem);
    expect(await countOf(account.username)).toBe(1);
  });

  it('notifies subscribers in its transaction: together they succeed or fail', async () => {
    const told: string[] = [];
    let fails = false;
    features.context.get(UsersService).onRegistration(async (user, manager) => {
      expect(await manager.countBy(User, { id: user.id })).toBe(1);
      told.push(user.username);
      if (fails) throw new Error('no mail');
    });
    const [good, bad] = [registration(), registration()];
    await auth.register(good);
    fails = true;
    await expect(auth.register(bad)).rejects.toThrow('no mail');
    expect(told).toEqual([good.username, bad.username]);
    expect([await countOf(good.username), await countOf(bad.username)]).toEqual([1, 0]);
  });
});

it('a logout of a caller without a session changes nothing', async () => {
  const sessions = features.context.get(SessionsService);
  await expect(sessions.logOut(callerOf('user'), client())).resolves.toBeUndefined();
});
