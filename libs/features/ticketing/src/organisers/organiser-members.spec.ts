import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callerOf } from '@gatehouse/users/testing';
import { refusalOf, TicketingDatabase } from '../testing/ticketing.js';
import { MAX_MEMBERS } from './organiser.dto.js';
import { OrganisersService } from './organisers.service.js';

const admin = callerOf('admin');
const client = { address: '203.0.113.7', device: 'spec', arrivedAt: 0 };

let database: TicketingDatabase;

beforeAll(async () => {
  database = await TicketingDatabase.start();
});
afterAll(() => database.stop());

it('an organiser has at most 1,000 members, however many are added concurrently', async () => {
  const { organiserId } = await database.newEvent();
  const members = database.get(OrganisersService);
  const set = (userId: string) => refusalOf(members.setMember(organiserId, userId, ['scan'], admin, client));
  await database.dataSource.query(
    `WITH filler AS (
       INSERT INTO users (id, username, email, password_hash)
       SELECT gen_random_uuid(), 'filler-' || n, 'filler-' || n || '@example.com', '-'
       FROM generate_series(1, $2::int) n RETURNING id
     )
     INSERT INTO ticketing_organiser_members (organiser_id, user_id, can_manage, can_scan)
     SELECT $1, id, false, true FROM filler`,
    [organiserId, MAX_MEMBERS - 1],
  );
  const others = await Promise.all([1, 2, 3].map(() => database.newCaller()));
  const results = await Promise.all(others.map(({ id }) => set(id)));
  expect(results.map(([status]) => status).toSorted()).toEqual([200, 400, 400]);
  expect(results.find(([status]) => status === 400)![1]).toBe('Organiser has too many members');

  const { members: shown } = await database.get(OrganisersService).get(organiserId);
  expect(shown).toHaveLength(MAX_MEMBERS);
  // Existing members' rights can still change, and a removed member makes room for another.
  expect(await set(shown[0]!.userId)).toEqual([200, 'not refused']);
  await members.removeMember(organiserId, shown[0]!.userId, admin, client);
  expect(await set(uuidv7())).toMatchObject([404, expect.stringContaining('not found')]);
  expect((await set(shown[0]!.userId))[0]).toBe(200);
});
