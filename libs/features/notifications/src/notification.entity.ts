import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A message to the subscribers of a topic, the members of a group, or one user. */
@Entity('notifications')
@Check('notifications_target_check', 'num_nonnulls(topic_id, group_id, user_id) = 1')
@Index(['topicId'])
@Index(['userId'])
export class Notification {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('notification_topics')
  topicId: string | null;

  /** No foreign key: the notifications of a group outlive it. */
  @Column('uuid', { nullable: true })
  groupId: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string | null;

  /** User who sent it, perhaps deleted since; `null`: a feature. */
  @Column('uuid', { nullable: true })
  senderId: string | null;

  @Column('varchar', { length: 200 })
  title: string;

  @Column('varchar', { length: 2000 })
  body: string;

  /** Earliest time of delivery. */
  @Column({ type: 'timestamptz', precision: 3 })
  sendAt: Date;

  /** `null` until it is delivered; inboxes are not added afterwards. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deliveredAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}

/** A notification in a user's inbox; the primary key makes it unique. */
@Entity('inbox_items')
@Index('inbox_items_user_id_idx', ['userId', 'createdAt', 'notificationId'])
@Index('inbox_items_unread_idx', ['userId', 'createdAt', 'notificationId'], { where: 'read_at IS NULL' })
export class InboxItem {
  @PrimaryColumn('uuid')
  @ForeignKey('notifications', { onDelete: 'CASCADE' })
  notificationId: string;

  @PrimaryColumn('uuid')
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  /** When the user first marked it as read. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readAt: Date | null;

  /** When it was delivered. */
  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
