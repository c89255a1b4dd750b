import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Group, GroupAuthority } from '@gatehouse/groups';
import type { Principal } from '@gatehouse/http';
import { UsersService } from '@gatehouse/users';
import { callerOf } from '@gatehouse/users/testing';
import { type Made, refusalOf, TicketingDatabase } from '../testing/ticketing.js';

let database: TicketingDatabase;
let users: UsersService;
let made: Made;
const moderator: Principal = {
  ...callerOf('moderator', uuidv7()),
  can: (name) => ['users.write', 'access.write'].includes(name),
};

beforeAll(async () => {
  database = await TicketingDatabase.start();
  users = database.get(UsersService);
  made = await database.newEvent();
});
afterAll(() => database.stop());

/** Every way to take over or remove an account. */
async function attemptsOn({ id }: Principal, caller: Principal): Promise<(readonly [number, string])[]> {
  return [
    await refusalOf(users.setPassword(id, 'Passw0rd2', caller)),
    await refusalOf(users.update(id, { email: `${uuidv7()}@example.com` }, caller)),
    await refusalOf(users.update(id, { username: uuidv7() }, caller)),
    await refusalOf(users.update(id, { isActive: true, role: 'user' }, caller)),
    await refusalOf(users.remove(id, caller)),
  ];
}
const fiveTimes = (outcome: [number, string]) => Array.from({ length: 5 }, () => outcome);
const forbidden = fiveTimes([403, 'Insufficient permissions']);
const done = fiveTimes([200, 'not refused']);

describe('users.write does not reach', () => {
  it('the staff of an organiser, unless the caller has the same rights there', async () => {
    const [scanner, manager] = [await database.newScanner(made), await database.newManager(made)];
    for (const member of [scanner, manager]) {
      expect(await attemptsOn(member, moderator)).toEqual(forbidden);
      expect(await attemptsOn(member, { ...callerOf('admin'), apiKeyId: uuidv7() })).toEqual(forbidden);
    }
    const asModerator = ({ id }: Principal): Principal => ({ ...moderator, id });
    expect(await attemptsOn(manager, asModerator(scanner))).toEqual(forbidden);
    const elsewhere = await database.newScanner(await database.newEvent());
    expect(await attemptsOn(scanner, asModerator(elsewhere))).toEqual(forbidden);
    const colleague = await database.newScanner(made);
    expect(await attemptsOn(scanner, asModerator(colleague))).toEqual(done);
    expect(await attemptsOn(manager, callerOf('admin'))).toEqual(done);
    expect(await attemptsOn(await database.newCaller(), moderator)).toEqual(done);
  });

  it('the members of a group to which a category is limited, nor does access.write reach that group', async () => {
    const { manager } = database.dataSource;
    const [vip, plain] = [uuidv7(), uuidv7()];
    const [member, other] = [await database.newCaller(), await database.newCaller()];
    for (const [id, user] of [
      [vip, member],
      [plain, other],
    ] as const) {
      await manager.insert(Group, { id, name: id, nameKey: id });
      await manager.query('INSERT INTO group_members (group_id, user_id) VALUES ($1, $2)', [id, user.id]);
    }
    await database.newEvent({ category: { requiredGroupId: vip } });
    const groups = database.get(GroupAuthority);
    expect(await refusalOf(groups.require([plain, vip], moderator, manager))).toEqual(forbidden[0]);
    expect(await refusalOf(groups.require([plain], moderator, manager))).toEqual(done[0]);
    expect(await attemptsOn(member, moderator)).toEqual(forbidden);
    expect(await attemptsOn(other, moderator)).toEqual(done);
    expect(await refusalOf(groups.require([vip], { ...moderator, id: member.id }, manager))).toEqual(done[0]);
  });
});
