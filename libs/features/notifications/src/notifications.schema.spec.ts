import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkViolation, uniqueViolation } from '@gatehouse/database';
import { Notification } from './notification.entity.js';
import { NotificationsDatabase } from './testing/notifications.js';

let database: NotificationsDatabase;

beforeAll(async () => {
  database = await NotificationsDatabase.start();
});
afterAll(() => database.stop());

describe('the tables', () => {
  it('match the entities', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('refuse a notification without a target, or with two', async () => {
    const { manager } = database.dataSource;
    const fields = { title: 'Title', body: 'Body', sendAt: new Date() };
    const [topicId, groupId] = [await database.topicId(), uuidv7()];
    for (const targets of [{}, { topicId, groupId }])
      await expect(manager.insert(Notification, { id: uuidv7(), ...fields, ...targets })).rejects.toSatisfy(
        (error) => checkViolation(error) === 'notifications_target_check',
      );
  });

  it('contain each notification once per inbox', async () => {
    const { id: userId } = await database.newCaller();
    const [{ id }] = await database.dataSource.query(
      `INSERT INTO notifications (id, user_id, title, body, send_at) VALUES ($1, $2, 'a', 'b', now()) RETURNING id`,
      [uuidv7(), userId],
    );
    const put = () =>
      database.dataSource.query('INSERT INTO inbox_items (notification_id, user_id) VALUES ($1, $2)', [
        id,
        userId,
      ]);
    await put();
    await expect(put()).rejects.toSatisfy((error) => uniqueViolation(error) === 'inbox_items_pkey');
  });
});

describe('the plans of an inbox', () => {
  beforeAll(async () => {
    await database.dataSource.query(`
      INSERT INTO users (id, username, email, password_hash)
      SELECT gen_random_uuid(), 'plan-' || n, 'plan-' || n || '@example.com', '-' FROM generate_series(1, 50) n`);
    await database.dataSource.query(`
      INSERT INTO notifications (id, group_id, title, body, send_at)
      SELECT gen_random_uuid(), gen_random_uuid(), 'a', 'b', now() FROM generate_series(1, 400)`);
    await database.dataSource.query(`
      INSERT INTO inbox_items (notification_id, user_id, created_at, read_at)
      SELECT n.id, u.id, now() - random() * interval '30 days', CASE WHEN random() < 0.9 THEN now() END
      FROM notifications n, users u WHERE u.username LIKE 'plan-%'`);
    await database.dataSource.query('VACUUM ANALYZE inbox_items');
  });

  it.each([
    ['', 'inbox_items_user_id_idx'],
    ['AND read_at IS NULL', 'inbox_items_unread_idx'],
    ['AND read_at IS NOT NULL', 'inbox_items_user_id_idx'],
  ])('walk over an index: %s', async (filter, index) => {
    const [{ id }] = await database.dataSource.query(`SELECT id FROM users WHERE username = 'plan-7'`);
    const rows: { 'QUERY PLAN': string }[] = await database.dataSource.query(
      `EXPLAIN SELECT * FROM inbox_items WHERE user_id = $1 ${filter}
       ORDER BY created_at DESC, notification_id DESC LIMIT 10`,
      [id],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain(`Index Scan Backward using ${index}`);
    expect(plan).not.toContain('Sort');
  });
});
