import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthModule } from '@gatehouse/auth';
import { checkViolation } from '@gatehouse/database';
import { MailModule } from '@gatehouse/mail';
import { UserAccounts, type UserDto, UsersModule, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, startFeatures, TestFeatures } from '@gatehouse/users/testing';
import { AccountToken, type Purpose } from './account-token.entity.js';
import { AccountTokens } from './account-tokens.js';
import { AccountRecoveryModule } from './account-recovery.module.js';

const admin = callerOf('admin');

let features: TestFeatures;
let dataSource: DataSource;
let tokens: AccountTokens;

beforeAll(async () => {
  features = await startFeatures([UsersModule, MailModule, AuthModule, AccountRecoveryModule]);
  dataSource = features.context.get(DataSource);
  tokens = features.context.get(AccountTokens);
});
afterAll(() => features.stop());

const newUser = (): Promise<UserDto> => features.context.get(UsersService).create(newAccount(), admin);
const issue = (user: UserDto, purpose: Purpose, email = user.email) =>
  dataSource.transaction(async (manager) => {
    const locked = await features.context.get(UserAccounts).lock({ id: user.id }, manager);
    return locked && tokens.issue(user.id, purpose, email, manager);
  });
const redeem = (token: string, ...purposes: Purpose[]) =>
  dataSource.transaction((manager) => tokens.redeem(token, purposes, manager));
const countOf = ({ id }: UserDto) => dataSource.manager.countBy(AccountToken, { userId: id });

it('agrees with the migration', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

it('allows only the three purposes', async () => {
  const { id } = await newUser();
  const row = {
    tokenHash: Buffer.from('x'),
    userId: id,
    email: 'a',
    accountEmail: 'a',
    credentialsVersion: 1,
  };
  const purpose = 'log-in' as Purpose;
  const insert = dataSource.manager.insert(AccountToken, { ...row, purpose, expiresAt: new Date() });
  await expect(insert).rejects.toSatisfy((error) => checkViolation(error) === 'account_tokens_purpose_check');
});

it('redeems a token once', async () => {
  const user = await newUser();
  const token = await issue(user, 'change-email', 'next@example.com');
  expect(token).toMatch(/^gha_[\w-]{43}$/);
  expect(await redeem(token!, 'verify-email', 'change-email')).toEqual({
    id: user.id,
    username: user.username,
    email: user.email,
    credentialsVersion: 1,
    purpose: 'change-email',
    proven: 'next@example.com',
  });
  await expect(redeem(token!, 'change-email')).rejects.toThrow('This link is invalid or has expired');
});

it('stays valid when its action fails', async () => {
  const token = await issue(await newUser(), 'reset-password');
  const failure = dataSource.transaction(async (manager) => {
    await tokens.redeem(token!, ['reset-password'], manager);
    throw new Error('no mail');
  });
  await expect(failure).rejects.toThrow('no mail');
  await tokens.check(token!, 'reset-password');
  await expect(tokens.check(token!, 'verify-email')).rejects.toThrow('invalid');
});

describe('the limit', () => {
  it('counts mails per address for all requesters, even concurrent ones', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, newUser));
    const issued = await Promise.all(users.map((user) => issue(user, 'change-email', 'one@example.com')));
    expect(issued.filter(Boolean)).toHaveLength(1);
  });

  it('counts each purpose separately', async () => {
    const user = await newUser();
    for (const purpose of ['verify-email', 'reset-password', 'change-email'] as const)
      expect(await issue(user, purpose)).toBeDefined();
  });

  it('does not invalidate a link when it refuses another', async () => {
    const user = await newUser();
    const token = await issue(user, 'reset-password');
    expect(await issue(user, 'reset-password')).toBeUndefined();
    await tokens.check(token!, 'reset-password');
  });
});

it('deletes invalid links that no longer have to be counted', async () => {
  const user = await newUser();
  await issue(user, 'reset-password');
  await issue(user, 'verify-email');
  await dataSource.query(
    `UPDATE account_tokens SET created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
     WHERE user_id = $1`,
    [user.id],
  );
  await issue(user, 'change-email');
  await tokens.forgetOld();
  expect(await countOf(user)).toBe(2);
});

it('never deadlocks when links are created and used while the user is changed and deleted', async () => {
  for (let round = 0; round < 20; round++) {
    const user = await newUser();
    const users = features.context.get(UsersService);
    const [first, second] = [await issue(user, 'verify-email'), await issue(user, 'reset-password')];
    const results = await Promise.allSettled([
      redeem(first!, 'verify-email'),
      issue(user, 'reset-password', `other-${user.email}`),
      users.setPassword(user.id, 'An0therPassword', admin),
      redeem(second!, 'reset-password'),
      issue(user, 'verify-email', `another-${user.email}`),
      users.remove(user.id, admin),
    ]);
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as Error).message] : [],
    );
    const expected = /^This link is invalid|^User .* not found$/;
    for (const reason of reasons) expect(reason).toMatch(expected);
    expect(await countOf(user)).toBe(0);
  }
});
