import { DataSource } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Group, GRANTS_CHANGED } from '@gatehouse/groups';
import { ProcessBus } from '@gatehouse/process-bus';
import { USER_CHANGED, UserDto, UsersService } from '@gatehouse/users';
import { callerOf, newAccount, TestFeatures } from '@gatehouse/users/testing';
import { AuthService } from './login/auth.service.js';
import { client, identify, startAuth } from './testing.js';

const PERMISSION = 'users.write';

let here: TestFeatures;
let there: TestFeatures;
let dataSource: DataSource;
let user: UserDto;
let token: string;

beforeAll(async () => {
  here = await startAuth();
  there = await here.another();
  dataSource = here.context.get(DataSource);
});
afterAll(async () => {
  await there.stop();
  await here.stop();
});

/** A user without grants, cached by both processes. */
beforeEach(async () => {
  await dataSource.query('DELETE FROM permission_grants WHERE permission = $1', [PERMISSION]);
  user = await here.context.get(UsersService).create(newAccount(), callerOf('admin'));
  const login = { username: user.username, password: 'Passw0rd' };
  token = (await here.context.get(AuthService).login(login, client())).access_token;
  await publish(GRANTS_CHANGED, PERMISSION);
  expect([await mayIn(here), await mayIn(there)]).toEqual([false, false]);
});

const mayIn = async (process: TestFeatures) => (await identify(process, token))!.can(PERMISSION);
const publish = (topic: string, payload: string) => here.context.get(ProcessBus).publish(topic, payload);

async function grantToRole(): Promise<void> {
  const sql = `INSERT INTO permission_grants (id, permission, role) VALUES (gen_random_uuid(), $1, 'user')`;
  await dataSource.query(sql, [PERMISSION]);
}

/** Adds the user to a new group that has the permission. */
async function addToGroup(): Promise<string> {
  const id = uuidv7();
  await dataSource.manager.insert(Group, { id, name: id, nameKey: id });
  await dataSource.query(
    'INSERT INTO permission_grants (id, permission, group_id) VALUES (gen_random_uuid(), $1, $2)',
    [PERMISSION, id],
  );
  await dataSource.query('INSERT INTO group_members (group_id, user_id) VALUES ($1, $2)', [id, user.id]);
  return id;
}

describe('What a caller holds', () => {
  it('is correct in every process once a change of the grants is published', async () => {
    await grantToRole();
    await publish(GRANTS_CHANGED, PERMISSION);
    expect([await mayIn(here), await mayIn(there)]).toEqual([true, true]);
    await dataSource.query('DELETE FROM permission_grants WHERE permission = $1', [PERMISSION]);
    await publish(GRANTS_CHANGED, PERMISSION);
    expect([await mayIn(here), await mayIn(there)]).toEqual([false, false]);
  });

  it('is correct in every process once a change of the user is published', async () => {
    const groupId = await addToGroup();
    await publish(USER_CHANGED, user.id);
    expect([await mayIn(here), await mayIn(there)]).toEqual([true, true]);
    await dataSource.query('DELETE FROM group_members WHERE group_id = $1', [groupId]);
    await publish(USER_CHANGED, user.id);
    expect([await mayIn(here), await mayIn(there)]).toEqual([false, false]);
  });

  it('is held as long as one of the grants remains', async () => {
    const groups = [await addToGroup(), await addToGroup()];
    await grantToRole();
    const leaveOne = [
      `DELETE FROM permission_grants WHERE role = 'user' AND permission = '${PERMISSION}'`,
      `DELETE FROM group_members WHERE group_id = '${groups[0]}'`,
      `DELETE FROM permission_grants WHERE group_id = '${groups[1]}'`,
    ];
    const seen: boolean[] = [];
    for (const sql of leaveOne) {
      await dataSource.query(sql);
      await publish(GRANTS_CHANGED, PERMISSION);
      seen.push(await mayIn(there));
    }
    expect(seen).toEqual([true, true, false]);
  });

  it('takes no query until something changes, and then one', async () => {
    const query = vi.spyOn(dataSource, 'query');
    try {
      await mayIn(here);
      expect(query).not.toHaveBeenCalled();
      await publish(GRANTS_CHANGED, PERMISSION);
      await mayIn(here);
      await mayIn(here);
      expect(query).toHaveBeenCalledTimes(1);
    } finally {
      query.mockRestore();
    }
  });

  it.each([
    ['grants', () => publish(GRANTS_CHANGED, PERMISSION)],
    ['user', () => publish(USER_CHANGED, user.id)],
  ])('is not remembered when the %s changed after the database was asked', async (_, tell) => {
    await publish(GRANTS_CHANGED, PERMISSION);
    const others = there.context.get(DataSource);
    const original = others.query.bind(others);
    const late = vi.spyOn(others, 'query').mockImplementationOnce(async (...args) => {
      const rows: unknown = await original(...args);
      await addToGroup();
      await tell();
      return rows;
    });
    expect(await mayIn(there)).toBe(false);
    late.mockRestore();
    expect(await mayIn(there)).toBe(true);
  });

  it('is exactly the set of declared permissions for an administrator, whatever is granted', async () => {
    await here.context.get(UsersService).update(user.id, { role: 'admin' }, callerOf('admin'));
    const principal = (await identify(there, token))!;
    const names = ['access.write', 'users.write', 'audit.read', 'gone.write', ''];
    expect(names.map((name) => principal.can(name))).toEqual([true, true, true, false, false]);
  });
});
