import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FeatureRegistry } from '@gatehouse/modules';
import type { Role } from '@gatehouse/users';
import { PermissionCatalogue } from '@gatehouse/permissions';
import type { TestFeatures } from '@gatehouse/users/testing';
import { SOON } from '@gatehouse/testing';
import { DefaultGrants } from './default-grants.js';
import { KnownPermission } from './permission.entity.js';
import { startAccess } from './testing.js';

let features: TestFeatures;
let dataSource: DataSource;

beforeAll(async () => {
  features = await startAccess();
  dataSource = features.context.get(DataSource);
});
afterAll(() => features.stop());
beforeEach(() => dataSource.query('TRUNCATE permissions CASCADE'));

/** Simulates the start of a version that declares these permissions with their default roles. */
function start(declared: Record<string, Role[]>): Promise<void> {
  const permissions = Object.entries(declared).map(([name, defaultRoles]) => ({
    name,
    description: '',
    defaultRoles,
  }));
  const registry = new FeatureRegistry([{ root: 'a', tag: 'A', description: '', permissions }]);
  return new DefaultGrants(
    new PermissionCatalogue(registry),
    dataSource.getRepository(KnownPermission),
  ).onApplicationBootstrap();
}

async function grants(): Promise<string[]> {
  const rows = await dataSource.query<{ text: string }[]>(
    `SELECT permission || ' ' || role AS text FROM permission_grants`,
  );
  return rows.map(({ text }) => text).sort();
}

const revoke = (permission: string) =>
  dataSource.query('DELETE FROM permission_grants WHERE permission = $1', [permission]);

describe('Default grants', () => {
  it('are created at the first start, except for the administrator', async () => {
    await start({ 'a.x': ['admin', 'moderator', 'user'], 'a.y': [], 'a.z': ['admin'] });
    expect(await grants()).toEqual(['a.x moderator', 'a.x user']);
  });

  it('are not created again: revoked grants stay revoked', async () => {
    await start({ 'a.x': ['moderator'] });
    await revoke('a.x');
    await start({ 'a.x': ['moderator', 'user'] });
    expect(await grants()).toEqual([]);
  });

  it('are created only for permissions that a later version adds', async () => {
    await start({ 'a.x': ['moderator'] });
    await revoke('a.x');
    await start({ 'a.x': ['moderator'], 'a.y': ['user'] });
    expect(await grants()).toEqual(['a.y user']);
  });

  it('survive a version that does not declare the permission, and are not recreated afterwards', async () => {
    await start({ 'a.x': ['user'], 'a.y': ['user'] });
    await revoke('a.y');
    await start({});
    expect(await grants()).toEqual(['a.x user']);
    await start({ 'a.y': ['user'], 'a.x': ['user'] });
    expect(await grants()).toEqual(['a.x user']);
  });

  it('are created once by processes that start concurrently, whatever each declares', async () => {
    const some: Record<string, Role[]> = { 'a.x': ['user'], 'a.y': ['user'] };
    const others: Record<string, Role[]> = { 'a.y': ['user'], 'a.x': ['user'], 'a.z': ['moderator'] };
    await Promise.all(Array.from({ length: 10 }, (_, n) => start(n % 2 ? some : others)));
    expect(await grants()).toEqual(['a.x user', 'a.y user', 'a.z moderator']);
  });

  it('are created by one process at a time, which prevents deadlocks', async () => {
    const blocker = dataSource.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query(`INSERT INTO permissions (name) VALUES ('a.x'), ('a.y')`);
    const starts = Promise.all([start({ 'a.x': ['user'] }), start({ 'a.y': ['user'] })]);
    const waiting = `SELECT locktype FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE datname = current_database() AND NOT granted ORDER BY locktype`;
    await vi.waitFor(
      async () =>
        expect(await dataSource.query(waiting)).toEqual([
          { locktype: 'advisory' },
          { locktype: 'transactionid' },
        ]),
      SOON,
    );
    await blocker.rollbackTransaction();
    await blocker.release();
    await starts;
    expect(await grants()).toEqual(['a.x user', 'a.y user']);
  });

  it('leave nothing behind when one cannot be created', async () => {
    await expect(start({ 'a.x': ['user'], 'a.y': ['root' as Role] })).rejects.toThrow(/role_check/);
    expect(await dataSource.query('SELECT * FROM permissions')).toEqual([]);
    await start({ 'a.x': ['user'] });
    expect(await grants()).toEqual(['a.x user']);
  });
});
