import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '@gatehouse/http';
import { FeatureRegistry } from '@gatehouse/modules';
import { UsersService } from '@gatehouse/users';
import { MANAGE } from './permissions.js';
import { admin, client, NEWS, NotificationsDatabase, refusalOf } from './testing/notifications.js';
import { TopicCatalogue } from './topic-catalogue.js';
import { TopicsService } from './topics.service.js';

let database: NotificationsDatabase;
let topics: TopicsService;
let topicId: string;
let reader: Principal;

beforeAll(async () => {
  database = await NotificationsDatabase.start();
  topics = database.get(TopicsService);
  topicId = await database.topicId();
});
afterAll(() => database.stop());
beforeEach(async () => {
  await database.dataSource.query('UPDATE notification_topics SET group_id = NULL');
  reader = await database.newCaller();
});

const namesFor = async (caller: Principal) => (await topics.list(caller)).map(({ name }) => name);
const isSubscribed = async (caller: Principal) =>
  (await topics.list(caller)).find(({ id }) => id === topicId)?.subscribed;
const limit = (groupId: string | null) => topics.update(topicId, { groupId }, admin, client);

/** Simulates the start of a version that declares these topics. */
const start = (...names: string[]): Promise<void> => {
  const declared = names.map((name) => ({ name, description: '' }));
  const registry = new FeatureRegistry([{ root: 'a', tag: 'A', description: '', topics: declared }]);
  return new TopicCatalogue(registry, database.dataSource).onApplicationBootstrap();
};

describe('the topics', () => {
  it('are those that the features declare, by name, without subscribers', async () => {
    const untouched = { groupId: null, subscribed: false };
    expect(await topics.list(reader)).toEqual([
      { id: topicId, name: NEWS, description: 'The first', ...untouched },
      { id: expect.any(String), name: 'news.second', description: 'The second', ...untouched },
    ]);
  });

  it('get one row each from any number of processes that start concurrently', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => start(...(n % 2 ? ['a.x', 'a.y'] : ['a.y', 'a.z']))),
    );
    const find = () =>
      database.dataSource.query(
        `SELECT id, name FROM notification_topics WHERE name LIKE 'a.%' ORDER BY name`,
      );
    const rows = await find();
    expect(rows.map(({ name }: { name: string }) => name)).toEqual(['a.x', 'a.y', 'a.z']);
    await start('a.x', 'a.y', 'a.z');
    expect(await find()).toEqual(rows);
  });

  it('that are no longer declared are neither listed nor found', async () => {
    await start('a.old');
    const [{ id }] = await database.dataSource.query(
      `SELECT id FROM notification_topics WHERE name = 'a.old'`,
    );
    expect(await namesFor(admin)).toEqual([NEWS, 'news.second']);
    expect(await refusalOf(topics.subscribe(id, admin))).toEqual([404, `Topic ${id} not found`]);
    expect(await refusalOf(topics.update(id, { groupId: null }, admin, client))).toEqual([
      404,
      `Topic ${id} not found`,
    ]);
  });
});

describe('a subscription', () => {
  it('starts and ends, and can be repeated', async () => {
    for (const wanted of [true, true, false, false]) {
      await (wanted ? topics.subscribe(topicId, reader) : topics.unsubscribe(topicId, reader));
      expect(await isSubscribed(reader)).toBe(wanted);
    }
  });

  it('is created once by any number of simultaneous requests', async () => {
    await Promise.all(Array.from({ length: 10 }, () => topics.subscribe(topicId, reader)));
    const rows = await database.dataSource.query(
      'SELECT user_id FROM notification_subscriptions WHERE user_id = $1',
      [reader.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('of a user who is deleted concurrently is not created, and is not an error', async () => {
    await topics.subscribe(topicId, { ...reader, id: uuidv7() });
    await topics.subscribe(topicId, reader);
    await database.dataSource.query('DELETE FROM users WHERE id = $1', [reader.id]);
    expect(await isSubscribed(reader)).toBe(false);
  });
});

describe('a topic that is limited to a group', () => {
  it('is visible to its members and to topic managers', async () => {
    const member = await database.newCaller();
    const manager = await database.newCaller(MANAGE);
    const groupId = await database.newGroup(member);
    expect(await limit(groupId)).toMatchObject({ id: topicId, groupId });
    for (const caller of [member, manager, admin]) {
      expect(await namesFor(caller)).toContain(NEWS);
      await topics.subscribe(topicId, caller);
    }
    expect(await namesFor(reader)).toEqual(['news.second']);
    for (const act of ['subscribe', 'unsubscribe'] as const)
      expect(await refusalOf(topics[act](topicId, reader))).toEqual([404, `Topic ${topicId} not found`]);
  });

  it('is closed when the group is deleted, until it is opened', async () => {
    const groupId = await database.newGroup(reader);
    await limit(groupId);
    expect(await namesFor(reader)).toContain(NEWS);
    await database.dataSource.query('DELETE FROM groups WHERE id = $1', [groupId]);
    expect(await namesFor(reader)).not.toContain(NEWS);
    await limit(null);
    expect(await namesFor(reader)).toContain(NEWS);
  });

  it('requires an existing group, and is audited', async () => {
    const [unknown, groupId] = [uuidv7(), await database.newGroup()];
    expect(await refusalOf(limit(unknown))).toEqual([404, `Group ${unknown} not found`]);
    await limit(groupId);
    const [last] = await database.dataSource.query(
      `SELECT actor_id, address, details FROM audit_events WHERE action = 'notifications.topic-changed'
       AND subject_id = $1 ORDER BY id DESC LIMIT 1`,
      [topicId],
    );
    expect(last).toEqual({ actor_id: admin.id, address: client.address, details: { name: NEWS, groupId } });
  });
});

it('the group to which a topic is limited, and its members, are managed by its members only', async () => {
  const moderator: Principal = { ...reader, role: 'moderator', can: (name) => name === 'users.write' };
  const member = await database.newCaller();
  const groupId = await database.newGroup(member);
  const users = database.get(UsersService);
  const setPassword = () => refusalOf(users.setPassword(member.id, 'Passw0rd2', moderator));
  expect(await setPassword()).toEqual([200, 'not refused']);
  await limit(groupId);
  expect(await setPassword()).toEqual([403, 'Insufficient permissions']);
});
