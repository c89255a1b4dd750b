import { DataSource } from 'typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { callerOf, checkPassword, newAccount, startFeatures, TestFeatures } from './testing.js';
import { User } from './user.entity.js';
import { UsersFactory } from './development/users.factory.js';
import { UsersModule } from './users.module.js';
import { UsersService } from './users.service.js';

const settings = {
  ADMIN_USERNAME: 'root',
  ADMIN_EMAIL: 'Root@Example.com',
  ADMIN_PASSWORD: 'S0me-Long-Phrase',
};

let features: TestFeatures;

afterEach(() => features.stop());

const allUsers = () =>
  features.context.get(DataSource).manager.find(User, { order: { createdAt: 'ASC', id: 'ASC' } });

describe('the first administrator', () => {
  it('is created once, however many processes start', async () => {
    features = await startFeatures([UsersModule]);
    const started = await Promise.all([1, 2, 3, 4].map(() => features.another(settings)));
    const users = await allUsers();
    expect(users).toMatchObject([
      { username: 'root', email: 'root@example.com', role: 'admin', isActive: true },
    ]);
    expect(await checkPassword(features, 'root', settings.ADMIN_PASSWORD)).toMatchObject({
      id: users[0]!.id,
    });
    for (const process of started) await process.stop();
  });

  it('is not created while there is one with any name', async () => {
    features = await startFeatures([UsersModule]);
    await features.context.get(UsersService).create(newAccount({ role: 'admin' }), callerOf('admin'));
    await (await features.another(settings)).stop();
    expect(await allUsers()).toHaveLength(1);
  });

  it('never promotes an ordinary user who has taken the name: the start stops with an error', async () => {
    features = await startFeatures([UsersModule]);
    await features.context.get(UsersService).create(newAccount({ username: 'ROOT' }), callerOf('admin'));
    await expect(features.another(settings)).rejects.toThrow('belongs to a user who is not an administrator');
    expect(await allUsers()).toMatchObject([{ role: 'user' }]);
  });

  it('requires an acceptable password', async () => {
    features = await startFeatures([UsersModule]);
    const weak = { ...settings, ADMIN_PASSWORD: 'short' };
    await expect(features.another(weak)).rejects.toThrow('ADMIN_PASSWORD must have 8 to 128 characters');
    expect(await allUsers()).toEqual([]);
  });
});

describe('development users', () => {
  it('are one of each role, with the documented password, and created once', async () => {
    features = await startFeatures([UsersModule]);
    const factory = features.context.get(UsersFactory);
    const { manager } = features.context.get(DataSource);
    expect(await factory.shouldRun(manager)).toBe(true);
    await factory.run(manager);
    expect(await factory.shouldRun(manager)).toBe(false);
    for (const [username, role] of [
      ['admin', 'admin'],
      ['moderator', 'moderator'],
      ['demo', 'user'],
    ] as const) {
      expect(await checkPassword(features, `${username}@example.com`, 'Passw0rd')).toMatchObject({
        username,
        role,
      });
    }
  });

  it('are created in addition to the first administrator, whose account is unchanged', async () => {
    features = await startFeatures([UsersModule], { ...settings, ADMIN_USERNAME: 'admin' });
    const factory = features.context.get(UsersFactory);
    const { manager } = features.context.get(DataSource);
    expect(await factory.shouldRun(manager)).toBe(true);
    await factory.run(manager);
    expect((await allUsers()).map(({ username }) => username).sort()).toEqual(['admin', 'demo', 'moderator']);
    expect(await checkPassword(features, 'admin', settings.ADMIN_PASSWORD)).toMatchObject({ role: 'admin' });
    expect(await checkPassword(features, 'admin', 'Passw0rd')).toBeUndefined();
  });
});
