import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';

/** Delivers a notification to a user's inbox, like the job. @returns its id */
export async function inboxItem(dataSource: DataSource, userId: string): Promise<string> {
  const id = randomUUID();
  await dataSource.query(
    `INSERT INTO notifications (id, user_id, title, body, send_at, delivered_at)
     VALUES ($1, $2, 'Title', 'Body', now(), now())`,
    [id, userId],
  );
  await dataSource.query('INSERT INTO inbox_items (notification_id, user_id) VALUES ($1, $2)', [id, userId]);
  return id;
}
