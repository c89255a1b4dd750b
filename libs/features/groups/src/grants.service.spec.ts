import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProcessBus } from '@gatehouse/process-bus';
import type { TestFeatures } from '@gatehouse/users/testing';
import { MAX_GROUPS } from './permission.dto.js';
import { type Grantee, GrantsService } from './grants.service.js';
import { GRANTS_CHANGED } from './permission.entity.js';
import { GroupsService } from './groups.service.js';
import { admin, client, startAccess, trailOf, UNKNOWN } from './testing.js';

const PERMISSION = 'users.write';

let features: TestFeatures;
let grants: GrantsService;
let groups: GroupsService;
let heard: string[] = [];
let made = 0;

beforeAll(async () => {
  features = await startAccess();
  grants = features.context.get(GrantsService);
  groups = features.context.get(GroupsService);
  features.context.get(ProcessBus).subscribe(GRANTS_CHANGED, (name) => void heard.push(name));
});
afterAll(() => features.stop());
beforeEach(async () => {
  await features.context
    .get(DataSource)
    .query(`DELETE FROM permission_grants WHERE permission = $1`, [PERMISSION]);
  heard = [];
});

const newGroup = () => groups.create({ name: `Group ${++made}`, description: null }, admin, client);
const add = (grantee: Grantee, name = PERMISSION) => grants.add(name, grantee, admin, client);
const remove = (grantee: Grantee, name = PERMISSION) => grants.remove(name, grantee, admin, client);
const listed = async () => {
  const permissions = await grants.list();
  return permissions.find(({ name }) => name === PERMISSION)!;
};

describe('A grant', () => {
  it('is in the catalogue until it is revoked', async () => {
    const { id, name } = await newGroup();
    for (const grantee of [{ role: 'user' }, { role: 'moderator' }, { groupId: id }] as const)
      await add(grantee);
    expect(await listed()).toMatchObject({ roles: ['moderator', 'user'], groups: [{ id, name }] });
    await remove({ role: 'user' });
    await remove({ groupId: id });
    expect(await listed()).toMatchObject({ roles: ['moderator'], groups: [] });
  });

  it('is published every time, and audited when something changed', async () => {
    const { id: groupId } = await newGroup();
    const before = await trailOf(features, PERMISSION);
    for (const grantee of [{ role: 'user' }, { groupId }] as const)
      for (const act of [add, add, remove, remove]) await act(grantee);
    expect(heard).toEqual(Array(8).fill(PERMISSION));
    const by = { actorId: admin.id, address: client.address };
    expect((await trailOf(features, PERMISSION)).slice(before.length)).toEqual([
      { action: 'access.grant-added', ...by, details: { role: 'user' } },
      { action: 'access.grant-removed', ...by, details: { role: 'user' } },
      { action: 'access.grant-added', ...by, details: { groupId } },
      { action: 'access.grant-removed', ...by, details: { groupId } },
    ]);
  });

  it('is created once by any number of simultaneous requests', async () => {
    const { id: groupId } = await newGroup();
    const before = await trailOf(features, PERMISSION);
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n % 2 ? { groupId } : { role: 'user' })));
    expect(await trailOf(features, PERMISSION)).toHaveLength(before.length + 2);
  });

  it('is deleted with the group, which is published', async () => {
    const { id: groupId } = await newGroup();
    await add({ groupId });
    heard = [];
    await groups.remove(groupId, admin, client);
    expect(heard).toEqual([groupId]);
    expect((await listed()).groups).toEqual([]);
  });
});

describe('Refused and changing nothing', () => {
  it.each([
    ['an unknown permission', { role: 'user' }, 'users.fly', 'Permission users.fly not found'],
    ['an unknown group', { groupId: UNKNOWN }, PERMISSION, `Group ${UNKNOWN} not found`],
    ['the role admin', { role: 'admin' }, PERMISSION, 'The role admin holds every permission'],
  ] as const)('%s', async (_, grantee, name, message) => {
    await expect(add(grantee, name)).rejects.toThrow(message);
    await expect(remove(grantee, name)).rejects.toThrow(message);
    expect(heard).toEqual([]);
  });
});

describe('The groups that have a permission', () => {
  it('are at most 1,000, however many are granted it concurrently', async () => {
    const { id: groupId } = await newGroup();
    const others = [await newGroup(), await newGroup(), await newGroup()];
    const dataSource = features.context.get(DataSource);
    await dataSource.query(
      `WITH filler AS (
         INSERT INTO groups (id, name, name_key)
         SELECT gen_random_uuid(), 'Filler ' || n, 'filler ' || n FROM generate_series(1, $2::int) n RETURNING id
       )
       INSERT INTO permission_grants (id, permission, group_id) SELECT gen_random_uuid(), $1, id FROM filler`,
      [PERMISSION, MAX_GROUPS - 2],
    );
    await add({ groupId });
    const results = await Promise.allSettled(others.map(({ id }) => add({ groupId: id })));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => [reason.getStatus(), reason.message])).toEqual(
      Array.from({ length: 2 }, () => [400, 'Permission is granted to too many groups']),
    );
    expect((await listed()).groups).toHaveLength(MAX_GROUPS);
    // Existing grants, roles and other permissions are not affected; and a revoked grant makes room for another.
    await add({ groupId });
    await add({ role: 'user' });
    await add({ groupId }, 'users.read');
    await remove({ groupId });
    await add({ groupId });
    await dataSource.query(`DELETE FROM groups WHERE name LIKE 'Filler %'`);
  });
});

describe('The catalogue', () => {
  it('contains the declared permissions, sorted, with their feature, and no others', async () => {
    await features.context
      .get(DataSource)
      .query(`INSERT INTO permissions (name) VALUES ('gone.write') ON CONFLICT DO NOTHING`);
    const permissions = await grants.list();
    expect(permissions.map(({ name, feature }) => [name, feature])).toEqual([
      ['access.read', 'access'],
      ['access.write', 'access'],
      ['audit.read', 'audit'],
      ['users.read', 'users'],
      ['users.write', 'users'],
    ]);
    expect(permissions[0]).toMatchObject({
      description: expect.stringMatching(/^See groups/),
      roles: ['moderator'],
    });
  });
});
