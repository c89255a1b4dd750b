import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuMs } from '@gatehouse/testing';
import { callerOf, checkPassword, newAccount, startFeatures, TestFeatures } from './testing.js';
import { UserAccounts } from './user-accounts.js';
import { User } from './user.entity.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

const admin = callerOf('admin');

let features: TestFeatures;
let accounts: UserAccounts;
let users: UsersService;
let dataSource: DataSource;

beforeAll(async () => {
  // Slow enough to distinguish a missing hash from noise.
  features = await startFeatures([UsersModule], { ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '2' });
  accounts = features.context.get(UserAccounts);
  users = features.context.get(UsersService);
  dataSource = features.context.get(DataSource);
});

afterAll(() => features.stop());

it('finds an account by username or email, in any case', async () => {
  const { id } = await users.create(newAccount({ username: 'Ada', email: 'ada@example.com' }), admin);
  for (const login of ['Ada', 'aDA', 'ada@example.com', 'ADA@EXAMPLE.com']) {
    expect((await checkPassword(features, login, 'Passw0rd'))?.id).toBe(id);
  }
});

it('refuses wrong passwords, unknown names and disabled accounts', async () => {
  const { username, password } = newAccount();
  const { id } = await users.create(newAccount({ username, password }), admin);
  for (const wrong of ['passw0rd', 'Passw0rd ', '', 'Passw0r']) {
    expect(await checkPassword(features, username, wrong)).toBeUndefined();
  }
  expect(await checkPassword(features, 'nobody', password)).toBeUndefined();
  expect(await checkPassword(features, '%', password)).toBeUndefined();
  await users.update(id, { isActive: false }, admin);
  expect(await checkPassword(features, username, password)).toBeUndefined();
});

it('confirms the password of a known account while it is active', async () => {
  const { id } = await users.create(newAccount(), admin);
  const confirm = async (password: string) => accounts.verify(await accounts.findById(id), password);
  expect(await confirm('Passw0rd')).toMatchObject({ id, credentialsVersion: 1 });
  expect(await confirm('passw0rd')).toBeUndefined();
  await users.update(id, { isActive: false }, admin);
  expect(await confirm('Passw0rd')).toBeUndefined();
  await users.remove(id, admin);
  expect(await confirm('the password of nobody')).toBeUndefined();
});

it('does not accept the dummy password for accounts that do not exist', async () => {
  expect(await checkPassword(features, 'nobody', 'the password of nobody')).toBeUndefined();
});

describe('time', () => {
  it('is the same for an unknown user, a wrong password and a disabled account', async () => {
    const known = await users.create(newAccount(), admin);
    const disabled = await users.create(newAccount({ isActive: false }), admin);
    const times = { known: [] as number[], disabled: [] as number[], unknown: [] as number[] };
    const measure = async (kind: keyof typeof times, login: string): Promise<void> => {
      times[kind].push(await cpuMs(() => checkPassword(features, login, 'Wrong1Password')));
    };
    for (let i = 0; i < 15; i++) {
      await measure('known', known.username);
      await measure('unknown', 'no-such-user');
      await measure('disabled', disabled.username);
    }
    expect(median(times.unknown) / median(times.known)).toBeGreaterThan(0.6);
    expect(median(times.unknown) / median(times.known)).toBeLessThan(1.7);
    expect(median(times.disabled) / median(times.known)).toBeGreaterThan(0.6);
    expect(median(times.disabled) / median(times.known)).toBeLessThan(1.7);
  });
});

describe('a hash made with other parameters', () => {
  it('is valid, and is replaced at the next log-in without ending other sessions', async () => {
    const { id, username } = await users.create(newAccount(), admin);
    const before = await hashOf(id);
    expect(before.passwordHash).toMatch(/^\$argon2id\$v=19\$m=8192,t=2,p=1\$/);
    const stronger = await startWith({ ARGON2_MEMORY_KIB: '16384', ARGON2_PASSES: '1' });
    try {
      expect(await checkPassword(stronger, username, 'Wrong1Password')).toBeUndefined();
      expect(await hashOf(id)).toEqual(before);
      expect((await checkPassword(stronger, username, 'Passw0rd'))?.id).toBe(id);
      const after = await hashOf(id);
      expect(after.passwordHash).toMatch(/m=16384,t=1,p=1/);
      expect(after.credentialsVersion).toBe(before.credentialsVersion);
      expect((await checkPassword(stronger, username, 'Passw0rd'))?.id).toBe(id);
      expect(await hashOf(id)).toEqual(after);
    } finally {
      await stronger.stop();
    }
  });
});

const startWith = (variables: Record<string, string>) => features.another(variables);

const hashOf = (id: string) =>
  dataSource.manager.findOneOrFail(User, {
    where: { id },
    select: { passwordHash: true, credentialsVersion: true },
  });

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
