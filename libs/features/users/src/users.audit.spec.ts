import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AuditTrail } from '@gatehouse/audit';
import { callerOf, newAccount, startFeatures, TestFeatures } from './testing.js';
import { User } from './user.entity.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

const admin = callerOf('admin');

let features: TestFeatures;
let users: UsersService;
let dataSource: DataSource;

beforeAll(async () => {
  features = await startFeatures([UsersModule]);
  users = features.context.get(UsersService);
  dataSource = features.context.get(DataSource);
});
afterAll(() => features.stop());

const eventsOf = (id: string) =>
  dataSource.query<{ action: string; actor: string; details: object }[]>(
    `SELECT action, actor_id AS actor, details FROM audit_events WHERE subject_id = $1 ORDER BY id`,
    [id],
  );

it('records who changed which fields of whom, without values except the role', async () => {
  const { id } = await users.create(newAccount(), admin);
  await users.update(id, { email: 'changed@example.com', role: 'moderator', tags: [] }, admin);
  await users.update(id, { role: 'moderator' }, admin);
  await users.updateProfile(callerOf('user', id), { fullName: 'Ada' });
  await users.setPassword(id, 'An0therPassword', admin);
  await users.remove(id, admin);
  const by = (actor: string, action: string, details: object = {}) => ({ action, actor, details });
  expect(await eventsOf(id)).toEqual([
    by(admin.id, 'users.created', { role: 'user' }),
    by(admin.id, 'users.changed', { fields: ['email', 'role'], role: 'moderator' }),
    by(id, 'users.changed', { fields: ['fullName'] }),
    by(admin.id, 'users.password-set'),
    by(admin.id, 'users.deleted'),
  ]);
});

it('changes nothing when it cannot record the change', async () => {
  const user = await users.create(newAccount(), admin);
  const account = newAccount();
  const record = vi.spyOn(features.context.get(AuditTrail), 'record').mockRejectedValue(new Error('full'));
  const attempts = [
    () => users.create(account, admin),
    () => users.update(user.id, { role: 'admin' }, admin),
    () => users.updateProfile(callerOf('user', user.id), { age: 36 }),
    () => users.setPassword(user.id, 'An0therPassword', admin),
    () => users.remove(user.id, admin),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toThrow('full');
  record.mockRestore();
  expect(await users.get(user.id)).toEqual(user);
  const { credentialsVersion } = await dataSource.manager.findOneByOrFail(User, { id: user.id });
  expect(credentialsVersion).toBe(1);
  expect(await dataSource.manager.countBy(User, { username: account.username })).toBe(0);
});
