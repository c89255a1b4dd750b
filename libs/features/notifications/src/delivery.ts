import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { Jobs } from '@gatehouse/jobs';
import { DELIVERED_CHANNEL } from './live-inbox.js';
import { Notification } from './notification.entity.js';
import { MANAGE } from './permissions.js';

export const DELIVER = 'notifications.deliver';

/**
 * $1 notification, $2 the permission to whose holders a topic's group does not matter. The users are locked before
 * anything else, administrators first, in the order in which a deletion locks them, so that there is no deadlock; users
 * that are being deleted are left out.
 */
const FILL_INBOXES = `
  WITH told AS (
    SELECT n.*, topic.group_id AS limited_to
    FROM notifications n LEFT JOIN notification_topics topic ON topic.id = n.topic_id WHERE n.id = $1
  ), wanted AS (
    SELECT user_id, limited_to FROM told WHERE user_id IS NOT NULL
    UNION ALL
    SELECT member.user_id, NULL FROM told JOIN group_members member USING (group_id)
    UNION ALL
    SELECT subscription.user_id, limited_to FROM told JOIN notification_subscriptions subscription USING (topic_id)
  ), recipients AS (
    SELECT u.id FROM users u JOIN wanted ON wanted.user_id = u.id
    WHERE u.is_active AND (
      limited_to IS NULL
      OR u.role = 'admin'
      OR EXISTS (SELECT FROM group_members WHERE group_id = limited_to AND user_id = u.id)
      OR EXISTS (SELECT FROM user_permissions WHERE user_id = u.id AND permission = $2)
    )
    ORDER BY u.role = 'admin' DESC, u.id
    FOR KEY SHARE OF u
  )
  INSERT INTO inbox_items (notification_id, user_id) SELECT $1, id FROM recipients
  ON CONFLICT (notification_id, user_id) DO NOTHING`;

/** Delivers notifications to the inboxes of their current recipients. */
@Injectable()
export class Delivery {
  constructor(
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
    jobs: Jobs,
  ) {
    jobs.define<{ notificationId: string }>({ name: DELIVER }, ({ payload }) =>
      this.deliver(payload.notificationId),
    );
  }

  /** Delivers once, however often and by however many processes it is called. */
  async deliver(id: string): Promise<void> {
    await this.notifications.manager.transaction(async (manager) => {
      const notification = await manager.findOneBy(Notification, { id });
      if (!notification || notification.deliveredAt !== null) return;
      await manager.query(FILL_INBOXES, [id, MANAGE]);
      await manager.update(Notification, id, { deliveredAt: () => 'now()' });
      await manager.query('SELECT pg_notify($1, $2)', [DELIVERED_CHANNEL, id]);
    });
  }
}
