import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { USER_CHANGED, type UserDto, UsersService } from '@gatehouse/users';
import { callerOf, type TestFeatures } from '@gatehouse/users/testing';
import { GrantsService } from './grants.service.js';
import { GroupAuthority } from './group-authority.js';
import type { Group } from './group.entity.js';
import { GroupsService } from './groups.service.js';
import { MembersService } from './members.service.js';
import { admin, client, heldBy, newUser, startAccess, trailOf, UNKNOWN } from './testing.js';

let features: TestFeatures;
let members: MembersService;
let grants: GrantsService;
let group: Group;
let user: UserDto;
let heard: string[] = [];
let made = 0;

beforeAll(async () => {
  features = await startAccess();
  members = features.context.get(MembersService);
  grants = features.context.get(GrantsService);
  features.context.get(ProcessBus).subscribe(USER_CHANGED, (id) => void heard.push(id));
});
afterAll(() => features.stop());

beforeEach(async () => {
  const fields = { name: `Group ${++made}`, description: null };
  group = await features.context.get(GroupsService).create(fields, admin, client);
  user = await newUser(features);
  heard = [];
});

const holderOf = (...names: string[]): Principal => ({
  ...callerOf('moderator'),
  can: (name) => names.includes(name),
});
const grant = (permission: string) => grants.add(permission, { groupId: group.id }, admin, client);
const add = (caller = admin) => members.add(group.id, user.id, caller, client);
const remove = (caller = admin) => members.remove(group.id, user.id, caller, client);

describe('A member', () => {
  it('has the permissions of the group until removed', async () => {
    await grant('users.write');
    await add();
    expect(await heldBy(features, user.id)).toEqual(['users.write']);
    await remove();
    expect(await heldBy(features, user.id)).toEqual([]);
  });

  it('is published every time, and audited when something changed', async () => {
    for (const act of [add, add, remove, remove]) await act();
    expect(heard).toEqual(Array(4).fill(user.id));
    const by = { actorId: admin.id, address: client.address, details: { groupId: group.id } };
    expect(await trailOf(features, user.id)).toEqual([
      { action: 'access.member-added', ...by },
      { action: 'access.member-removed', ...by },
    ]);
  });

  it('is added once by any number of simultaneous requests', async () => {
    await Promise.all(Array.from({ length: 20 }, () => add()));
    expect(await trailOf(features, user.id)).toHaveLength(1);
  });
});

describe('Callers cannot grant or revoke permissions that they lack', () => {
  it('only callers with all permissions of the group can add members', async () => {
    await grant('users.read');
    await grant('users.write');
    await expect(add(holderOf('users.read'))).rejects.toThrow('Insufficient permissions');
    expect(await heldBy(features, user.id)).toEqual([]);
    expect(heard).toEqual([]);
    await add(holderOf('users.read', 'users.write'));
    expect(await heldBy(features, user.id)).toEqual(['users.read', 'users.write']);
  });

  it('a group that gives access to something, and its members, are managed by its members only', async () => {
    const [moderator, opening] = [holderOf('users.write', 'access.write'), group];
    const groups = features.context.get(GroupsService);
    const authority = features.context.get(GroupAuthority);
    authority.addUse(async (ids) => ids.filter((id) => id === opening.id));
    const me = await newUser(features);
    const insider = { ...moderator, id: me.id };
    const forbidden = 'Insufficient permissions';
    for (const caller of [moderator, { ...admin, apiKeyId: UNKNOWN }]) {
      await expect(members.add(opening.id, me.id, caller, client)).rejects.toThrow(forbidden);
      await expect(members.remove(opening.id, me.id, caller, client)).rejects.toThrow(forbidden);
      await expect(groups.update(opening.id, { name: 'Mine' }, caller, client)).rejects.toThrow(forbidden);
      await expect(groups.remove(opening.id, caller, client)).rejects.toThrow(forbidden);
    }
    const users = features.context.get(UsersService);
    await users.setPassword(user.id, 'Passw0rd2', moderator);
    await add();
    await members.add(opening.id, me.id, admin, client);
    await expect(users.setPassword(user.id, 'Passw0rd2', moderator)).rejects.toThrow(forbidden);
    await expect(users.update(user.id, { email: 'mine@example.com' }, moderator)).rejects.toThrow(forbidden);
    await expect(users.update(user.id, { isActive: false }, moderator)).rejects.toThrow(forbidden);
    await expect(users.remove(user.id, moderator)).rejects.toThrow(forbidden);
    await users.setPassword(user.id, 'Passw0rd2', insider);
    await members.remove(opening.id, user.id, insider, client);
    await users.setPassword(user.id, 'Passw0rd2', moderator);
  });

  it('an undeclared permission counts, but not for an administrator', async () => {
    const dataSource = features.context.get(DataSource);
    await dataSource.query(`INSERT INTO permissions (name) VALUES ('gone.write') ON CONFLICT DO NOTHING`);
    await dataSource.query(
      `INSERT INTO permission_grants (id, permission, group_id) VALUES (gen_random_uuid(), 'gone.write', $1)`,
      [group.id],
    );
    await expect(add(holderOf('users.read', 'users.write'))).rejects.toThrow('Insufficient permissions');
    await add({ ...admin, can: () => false });
    expect(await heldBy(features, user.id)).toEqual(['gone.write']);
  });

  it('only callers with all permissions of the group can remove members', async () => {
    await grant('users.read');
    await grant('users.write');
    await add();
    heard = [];
    await expect(remove(holderOf('users.read'))).rejects.toThrow('Insufficient permissions');
    expect(await heldBy(features, user.id)).toEqual(['users.read', 'users.write']);
    expect(heard).toEqual([]);
    await remove(holderOf('users.read', 'users.write'));
    expect(await heldBy(features, user.id)).toEqual([]);
  });
});

describe('An unknown', () => {
  it.each(['add', 'remove'] as const)('group or user is not found: %s', async (act) => {
    await expect(members[act](UNKNOWN, user.id, admin, client)).rejects.toThrow(`Group ${UNKNOWN} not found`);
    await expect(members[act](group.id, UNKNOWN, admin, client)).rejects.toThrow(`User ${UNKNOWN} not found`);
    expect(heard).toEqual([]);
  });

  it('is reported when the user or group is deleted concurrently, never a database error', async () => {
    const groups = features.context.get(GroupsService);
    for (let round = 0; round < 10; round++) {
      const { id } = await newUser(features);
      const fields = { name: `Going ${++made}`, description: null };
      const going = await groups.create(fields, admin, client);
      const results = await Promise.allSettled([
        members.add(going.id, id, admin, client),
        features.context.get(UsersService).remove(id, admin),
        groups.remove(going.id, admin, client),
      ]);
      expect(results.slice(1).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
      if (results[0].status === 'rejected') expect(String(results[0].reason)).toMatch(/not found/);
    }
  });
});
