import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkViolation, foreignKeyViolation, uniqueViolation } from '@gatehouse/database';
import { GroupMember } from './group-member.entity.js';
import { comparable } from '@gatehouse/text';
import { Group } from './group.entity.js';
import { PermissionGrant } from './permission.entity.js';
import { roles } from '@gatehouse/users';
import { heldBy, newUser, startAccess, UNKNOWN } from './testing.js';
import type { TestFeatures } from '@gatehouse/users/testing';

let features: TestFeatures;
let dataSource: DataSource;

beforeAll(async () => {
  features = await startAccess();
  dataSource = features.context.get(DataSource);
});
afterAll(() => features.stop());
beforeEach(() => dataSource.query('TRUNCATE groups, users, permission_grants CASCADE'));

async function newGroup(name = `Group ${uuidv7()}`): Promise<string> {
  const id = uuidv7();
  await dataSource.manager.insert(Group, { id, name, nameKey: comparable(name) });
  return id;
}

async function grant(fields: Partial<PermissionGrant>): Promise<void> {
  await dataSource.manager.insert(PermissionGrant, { id: uuidv7(), permission: 'users.write', ...fields });
}

/** Name of the constraint that refuses a row. */
async function refusalOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: unknown) => checkViolation(error) ?? uniqueViolation(error) ?? foreignKeyViolation(error),
  );
}

describe('the tables', () => {
  it('match the entities', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('refuse groups without a name, and with the same name in another case or form', async () => {
    await newGroup('Éditeurs');
    expect(await refusalOf(newGroup(''))).toBe('groups_name_check');
    expect(await refusalOf(newGroup(' padded'))).toBe('groups_name_check');
    expect(await refusalOf(newGroup('éDITEURS'))).toBe('groups_name_key');
    expect(await refusalOf(newGroup('E\u0301diteurs'))).toBe('groups_name_key');
  });

  it('refuse grants without or with two recipients, to administrators, and of unknown permissions', async () => {
    const groupId = await newGroup();
    expect(await refusalOf(grant({}))).toBe('permission_grants_grantee_check');
    expect(await refusalOf(grant({ role: 'user', groupId }))).toBe('permission_grants_grantee_check');
    expect(await refusalOf(grant({ role: 'admin' }))).toBe('permission_grants_role_check');
    expect(await refusalOf(grant({ role: 'user', permission: 'a.b' }))).toBe(
      'permission_grants_permission_fkey',
    );
    expect(await refusalOf(grant({ groupId: UNKNOWN }))).toBe('permission_grants_group_id_fkey');
  });

  it.each(roles.slice(1))('take grants to the role %s', async (role) => {
    expect(await refusalOf(grant({ role }))).toBeUndefined();
  });

  it('hold each grant once', async () => {
    const groupId = await newGroup();
    await grant({ groupId });
    await grant({ role: 'user' });
    expect(await refusalOf(grant({ groupId }))).toBe('permission_grants_group_id_key');
    expect(await refusalOf(grant({ role: 'user' }))).toBe('permission_grants_role_key');
  });

  it('delete members and grants with the group, and memberships with the user', async () => {
    const [left, kept] = [await newGroup(), await newGroup()];
    const [user, other] = [await newUser(features), await newUser(features)];
    for (const groupId of [left, kept]) {
      await grant({ groupId });
      for (const { id: userId } of [user, other])
        await dataSource.manager.insert(GroupMember, { groupId, userId });
    }
    await dataSource.query('DELETE FROM groups WHERE id = $1', [left]);
    await dataSource.query('DELETE FROM users WHERE id = $1', [user.id]);
    expect(await dataSource.manager.find(GroupMember)).toMatchObject([{ groupId: kept, userId: other.id }]);
    expect(await dataSource.manager.find(PermissionGrant)).toMatchObject([{ groupId: kept }]);
  });
});

describe('the permissions of a user', () => {
  it('are those of the role and of all groups, without duplicates', async () => {
    const { id: userId } = await newUser(features);
    const [first, second, foreign] = [await newGroup(), await newGroup(), await newGroup()];
    for (const groupId of [first, second]) {
      await dataSource.manager.insert(GroupMember, { groupId, userId });
      await grant({ groupId });
    }
    await grant({ role: 'user', permission: 'users.read' });
    await grant({ groupId: second, permission: 'users.read' });
    await grant({ groupId: foreign, permission: 'access.write' });
    await grant({ role: 'moderator', permission: 'access.read' });
    expect(await heldBy(features, userId)).toEqual(['users.read', 'users.write']);
  });
});
