import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { BusinessRuleProblem, ConflictProblem, ForbiddenProblem, NotFoundProblem } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher } from './password-hasher.js';
import { callerOf, newAccount, startFeatures, TestFeatures } from './testing.js';
import { User, USER_CHANGED } from './user.entity.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

const admin = callerOf('admin');
const moderator = callerOf('moderator');
const nobody = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';

let features: TestFeatures;
let users: UsersService;
let dataSource: DataSource;
let heard: string[];

beforeAll(async () => {
  features = await startFeatures([UsersModule]);
  users = features.context.get(UsersService);
  dataSource = features.context.get(DataSource);
  features.context.get(ProcessBus).subscribe(USER_CHANGED, (id) => void heard.push(id));
});

afterAll(() => features.stop());

beforeEach(async () => {
  heard = [];
  await dataSource.query('TRUNCATE users CASCADE');
});

const credentialsOf = (id: string) =>
  dataSource.manager.findOneOrFail(User, {
    where: { id },
    select: { passwordHash: true, credentialsVersion: true },
  });

describe('a request that is refused', () => {
  it('costs no hash', async () => {
    const { id, username, email } = await users.create(newAccount(), admin);
    const boss = await users.create(newAccount({ role: 'admin' }), admin);
    const hash = vi.spyOn(features.context.get(PasswordHasher), 'hash');
    const taken = (account: object) => [
      users.create({ ...newAccount(), ...account }, admin),
      users.register({ ...newAccount(), ...account }),
    ];
    const refusals = await Promise.allSettled([
      ...taken({ email }),
      ...taken({ username: username.toUpperCase() }),
      ...taken({ email, username }),
      users.setPassword(nobody, 'Passw0rd2', admin),
      users.setPassword(boss.id, 'Passw0rd2', moderator),
    ]);
    const emailTaken = 'User with this email already exists';
    const usernameTaken = 'User with this username already exists';
    expect(refusals.map((refusal) => refusal.status === 'rejected' && refusal.reason.message)).toEqual([
      emailTaken,
      emailTaken,
      usernameTaken,
      usernameTaken,
      emailTaken,
      emailTaken,
      `User ${nobody} not found`,
      'Insufficient permissions',
    ]);
    expect(hash).not.toHaveBeenCalled();
    await users.setPassword(id, 'Passw0rd2', admin);
    expect(hash).toHaveBeenCalledOnce();
    hash.mockRestore();
  });
});

describe('making users', () => {
  it('answers with every field and never with the password', async () => {
    const account = newAccount({ fullName: 'Ada', age: 36, tags: ['math'], role: 'moderator' });
    const user = await users.create(account, admin);
    const { password, ...fields } = account;
    expect(user).toEqual({
      ...fields,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    });
    expect(JSON.stringify(user)).not.toContain(password);
    expect(await users.get(user.id)).toEqual(user);
  });

  it('lets one of twenty simultaneous accounts with the same email succeed', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => users.register(newAccount({ email: 'same@example.com' }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toBeInstanceOf(ConflictProblem);
        expect(result.reason.detail).toBe('User with this email already exists');
      }
    }
    expect(await dataSource.manager.count(User)).toBe(1);
  });

  it('reports a taken username in any case, and the email first when both are taken', async () => {
    const { email } = await users.create(newAccount({ username: 'Ada' }), admin);
    const sameName = users.create(newAccount({ username: 'aDA' }), admin);
    await expect(sameName).rejects.toThrow('User with this username already exists');
    const same = users.create(newAccount({ username: 'ada', email }), admin);
    await expect(same).rejects.toThrow('User with this email already exists');
  });

  it('creates only ordinary accounts, whatever the input contains', async () => {
    const smuggled = newAccount({ role: 'admin', isActive: false });
    const user = await users.register(smuggled);
    expect(user).toMatchObject({ role: 'user', isActive: true });
  });
});

describe('changing users', () => {
  it('changes only the given fields, clears with null, and notifies every process', async () => {
    const user = await users.create(newAccount({ fullName: 'Ada', age: 36, tags: ['a'] }), admin);
    const changed = await users.update(user.id, { fullName: null, tags: ['b', 'c'] }, admin);
    expect(changed).toEqual({ ...user, fullName: null, tags: ['b', 'c'], updatedAt: expect.any(Date) });
    expect(await users.get(user.id)).toEqual(changed);
    expect(heard).toEqual([user.id]);
  });

  it('changes nothing for an empty change', async () => {
    const user = await users.create(newAccount(), admin);
    expect(await users.update(user.id, {}, admin)).toEqual(user);
  });

  it('refuses a name that is taken, and leaves the user as it was', async () => {
    const [first, second] = [
      await users.create(newAccount(), admin),
      await users.create(newAccount(), admin),
    ];
    const taken = users.update(second.id, { username: first.username.toUpperCase(), age: 3 }, admin);
    await expect(taken).rejects.toThrow('User with this username already exists');
    expect(await users.get(second.id)).toEqual(second);
    expect(heard).toEqual([]);
  });

  it('loses neither of two simultaneous changes of different fields', async () => {
    const { id } = await users.create(newAccount(), admin);
    await Promise.all([
      users.update(id, { age: 7 }, admin),
      users.updateProfile(callerOf('user', id), { tags: ['x'] }),
    ]);
    expect(await users.get(id)).toMatchObject({ age: 7, tags: ['x'] });
  });

  it('reports users that do not exist', async () => {
    const message = `User ${nobody} not found`;
    await expect(users.get(nobody)).rejects.toThrow(new NotFoundProblem(message));
    await expect(users.update(nobody, {}, admin)).rejects.toThrow(message);
    await expect(users.remove(nobody, admin)).rejects.toThrow(message);
    await expect(users.setPassword(nobody, 'Passw0rd', admin)).rejects.toThrow(message);
  });

  it('ends the sessions of a user who is disabled or gets a new password, and of no other user', async () => {
    const { id } = await users.create(newAccount(), admin);
    const version = async () => (await credentialsOf(id)).credentialsVersion;
    await users.update(id, { fullName: 'Ada', isActive: true }, admin);
    expect(await version()).toBe(1);
    await users.update(id, { isActive: false }, admin);
    expect(await version()).toBe(2);
    await users.update(id, { isActive: true }, admin);
    expect(await version()).toBe(2);
    const { passwordHash } = await credentialsOf(id);
    await users.setPassword(id, 'Other1Password', admin);
    expect(await version()).toBe(3);
    expect((await credentialsOf(id)).passwordHash).not.toBe(passwordHash);
  });
});

describe('authority', () => {
  it('lets nobody assign a role above their own, or manage users with one', async () => {
    const boss = await users.create(newAccount({ role: 'admin' }), admin);
    const user = await users.create(newAccount(), admin);
    const self = await users.create(newAccount({ role: 'moderator' }), admin);
    const attempts = [
      () => users.create(newAccount({ role: 'admin' }), moderator),
      () => users.update(user.id, { role: 'admin' }, moderator),
      () => users.update(self.id, { role: 'admin' }, callerOf('moderator', self.id)),
      () => users.update(boss.id, { email: 'mine@example.com' }, moderator),
      () => users.setPassword(boss.id, 'Passw0rd', moderator),
      () => users.remove(boss.id, moderator),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(ForbiddenProblem);
    expect(await users.get(boss.id)).toEqual(boss);
    expect(await users.update(user.id, { role: 'moderator' }, moderator)).toMatchObject({
      role: 'moderator',
    });
  });
});

describe('the last active administrator', () => {
  it.each([
    ['deleted', (id: string) => users.remove(id, admin)],
    ['disabled', (id: string) => users.update(id, { isActive: false }, admin)],
    ['demoted', (id: string) => users.update(id, { role: 'user' }, admin)],
  ])('cannot be %s, but any other can', async (_, act) => {
    const last = await users.create(newAccount({ role: 'admin' }), admin);
    await users.create(newAccount({ role: 'admin', isActive: false }), admin);
    await expect(act(last.id)).rejects.toBeInstanceOf(BusinessRuleProblem);
    expect(await users.get(last.id)).toEqual(last);
    const other = await users.create(newAccount({ role: 'admin' }), admin);
    await act(other.id);
  });

  it('remains when administrators remove each other simultaneously', async () => {
    for (let round = 0; round < 10; round++) {
      const made = await Promise.all([1, 2, 3].map(() => users.create(newAccount({ role: 'admin' }), admin)));
      const [a, b, c] = made.map(({ id }) => id) as [string, string, string];
      const results = await Promise.allSettled([
        users.update(a, { role: 'user' }, admin),
        users.update(b, { isActive: false }, admin),
        users.remove(c, admin),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      expect(await dataSource.manager.countBy(User, { role: 'admin', isActive: true })).toBe(1);
      await dataSource.query('TRUNCATE users CASCADE');
    }
  });
});

it('lists the ten who joined last, newest first', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 12; i++) ids.push((await users.create(newAccount(), admin)).id);
  expect((await users.recent()).map(({ id }) => id)).toEqual(ids.slice(2).toReversed());
});
