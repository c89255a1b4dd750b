import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { UsersService } from '@gatehouse/users';
import { callerOf, newAccount } from '@gatehouse/users/testing';
import { Delivery } from './delivery.js';
import { type NewNotification, Notifications } from './notifications.js';
import { MANAGE } from './permissions.js';
import { admin, client, NEWS, NotificationsDatabase } from './testing/notifications.js';
import { TopicsService } from './topics.service.js';

let database: NotificationsDatabase;
let delivery: Delivery;
let topics: TopicsService;
let topicId: string;

beforeAll(async () => {
  database = await NotificationsDatabase.start();
  delivery = database.get(Delivery);
  topics = database.get(TopicsService);
  topicId = await database.topicId();
});
afterAll(() => database.stop());
beforeEach(async () => {
  await database.dataSource.query('UPDATE notification_topics SET group_id = NULL');
  await database.dataSource.query('DELETE FROM notification_subscriptions');
});

const message = { title: 'Title', body: 'Body' };
const sorted = (...callers: { id: string }[]): string[] => callers.map(({ id }) => id).sort();

/** Stores a notification. @returns its id */
async function post(to: Partial<NewNotification>): Promise<string> {
  const { manager } = database.dataSource;
  return (await database.get(Notifications).post({ ...message, ...to }, manager)).id;
}

async function recipientsOf(to: Partial<NewNotification>): Promise<string[]> {
  const id = await post(to);
  await delivery.deliver(id);
  return database.recipients(id);
}

const jobs = (id: string): Promise<{ name: string; seconds: number }[]> =>
  database.dataSource.query(
    `SELECT name, extract(epoch FROM start_after - created_on)::float AS seconds FROM ${JOBS_SCHEMA}.job
     WHERE data ->> 'notificationId' = $1`,
    [id],
  );

describe('a notification reaches', () => {
  it('a user, the members of a group, or the subscribers of a topic, and no one else', async () => {
    const [a, b, c] = [await database.newCaller(), await database.newCaller(), await database.newCaller()];
    const groupId = await database.newGroup(a, b);
    for (const caller of [b, c]) await topics.subscribe(topicId, caller);
    expect(await recipientsOf({ userId: a.id })).toEqual([a.id]);
    expect(await recipientsOf({ groupId })).toEqual(sorted(a, b));
    expect(await recipientsOf({ topicId })).toEqual(sorted(b, c));
  });

  it('those who are recipients when it is delivered', async () => {
    const [leaving, coming] = [await database.newCaller(), await database.newCaller()];
    await topics.subscribe(topicId, leaving);
    const id = await post({ topicId });
    await topics.unsubscribe(topicId, leaving);
    await topics.subscribe(topicId, coming);
    await delivery.deliver(id);
    expect(await database.recipients(id)).toEqual([coming.id]);
  });

  it('only members, administrators and topic managers among the subscribers of a limited topic', async () => {
    const [member, former, manager] = [
      await database.newCaller(),
      await database.newCaller(),
      await database.newCaller(MANAGE),
    ];
    const chief = await database
      .get(UsersService)
      .create(newAccount({ role: 'admin' }), admin)
      .then(({ id }) => callerOf('admin', id));
    const [managers, groupId] = [await database.newGroup(manager), await database.newGroup(member, former)];
    await database.dataSource.query(
      `INSERT INTO permission_grants (id, permission, group_id) VALUES ($1, $2, $3)`,
      [uuidv7(), MANAGE, managers],
    );
    await topics.update(topicId, { groupId }, admin, client);
    for (const caller of [member, former, manager, chief]) await topics.subscribe(topicId, caller);
    await database.dataSource.query('DELETE FROM group_members WHERE user_id = $1', [former.id]);
    expect(await recipientsOf({ topicId })).toEqual(sorted(member, manager, chief));
  });

  it('no inactive user', async () => {
    const [active, inactive] = [await database.newCaller(), await database.newCaller()];
    await database.dataSource.query('UPDATE users SET is_active = false WHERE id = $1', [inactive.id]);
    expect(await recipientsOf({ groupId: await database.newGroup(active, inactive) })).toEqual([active.id]);
    expect(await recipientsOf({ userId: inactive.id })).toEqual([]);
  });
});

describe('a delivery', () => {
  it('that is repeated adds no recipient', async () => {
    const [first, second] = [await database.newCaller(), await database.newCaller()];
    await topics.subscribe(topicId, first);
    const id = await post({ topicId });
    await delivery.deliver(id);
    await topics.subscribe(topicId, second);
    await delivery.deliver(id);
    expect(await database.recipients(id)).toEqual([first.id]);
  });

  it('by several processes at once reaches each recipient once', async () => {
    const callers = await Promise.all(Array.from({ length: 20 }, () => database.newCaller()));
    const id = await post({ groupId: await database.newGroup(...callers) });
    const other = await database.features.another();
    try {
      const deliveries = [delivery, other.context.get(Delivery, { strict: false })];
      await Promise.all(Array.from({ length: 8 }, (_, n) => deliveries[n % 2]!.deliver(id)));
    } finally {
      await other.stop();
    }
    expect(await database.recipients(id)).toEqual(sorted(...callers));
  });

  it('continues while recipients are deleted, without deadlocks', async () => {
    const users = database.get(UsersService);
    for (let round = 0; round < 5; round++) {
      const made = await Promise.all(
        Array.from({ length: 6 }, (_, n) =>
          users.create(newAccount({ role: n % 3 === 0 ? 'admin' : 'user' }), admin),
        ),
      );
      const callers = made.map(({ id }) => callerOf('user', id));
      const kept = await users.create(newAccount({ role: 'admin' }), admin);
      const groupId = await database.newGroup(...callers, callerOf('admin', kept.id));
      const ids = await Promise.all(Array.from({ length: 3 }, () => post({ groupId })));
      const own = await Promise.all(callers.map(({ id }) => post({ userId: id })));
      await Promise.all([
        ...[...ids, ...own].map((id) => delivery.deliver(id)),
        ...callers.map(({ id }) => users.remove(id, admin)),
      ]);
      for (const id of ids) expect(await database.recipients(id)).toEqual([kept.id]);
    }
  });

  it('of a deleted notification does nothing', async () => {
    await delivery.deliver(uuidv7());
    const { id: userId } = await database.newCaller();
    const id = await post({ userId });
    await database.dataSource.query('DELETE FROM users WHERE id = $1', [userId]);
    await delivery.deliver(id);
    expect(await database.recipients(id)).toEqual([]);
  });
});

describe('a notification', () => {
  it('is a job of the same transaction', async () => {
    const kept = await post({ groupId: await database.newGroup() });
    expect(await jobs(kept)).toMatchObject([{ name: 'notifications.deliver' }]);
    let lost = '';
    const failing = database.dataSource.transaction(async (manager) => {
      lost = (await database.get(Notifications).post({ ...message, topicId }, manager)).id;
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await jobs(lost)).toEqual([]);
    expect(
      await database.dataSource.query('SELECT id FROM notifications WHERE id = ANY($1)', [[kept, lost]]),
    ).toEqual([{ id: kept }]);
  });

  it('is due at its time, or immediately when that is past', async () => {
    const { id: userId } = await database.newCaller();
    const [later, past] = [new Date(Date.now() + 3_600_000), new Date(0)];
    const { manager } = database.dataSource;
    const post = (sendAt: Date) => database.get(Notifications).post({ ...message, userId, sendAt }, manager);
    const [delayed, immediate] = [await post(later), await post(past)];
    expect(delayed.sendAt).toEqual(later);
    expect(immediate.sendAt).toEqual(immediate.createdAt);
    const [[wait], [none]] = [await jobs(delayed.id), await jobs(immediate.id)];
    expect(wait!.seconds).toBeGreaterThan(3_500);
    expect(none!.seconds).toBeLessThan(1);
  });

  it('by a feature is truncated to fit, and requires a declared topic', async () => {
    const { manager } = database.dataSource;
    const notifications = database.get(Notifications);
    const reader = await database.newCaller();
    await topics.subscribe(topicId, reader);
    const title = '😀'.repeat(300);
    await notifications.notify(NEWS, { title, body: 'é'.repeat(3000) }, manager);
    const [row] = await database.dataSource.query(
      'SELECT title, body, topic_id FROM notifications ORDER BY id DESC LIMIT 1',
    );
    expect(row).toEqual({ title: '😀'.repeat(200), body: 'é'.repeat(2000), topic_id: topicId });
    await expect(notifications.notify('news.third', message, manager)).rejects.toThrow(
      'No feature declares the topic "news.third"',
    );
  });
});
