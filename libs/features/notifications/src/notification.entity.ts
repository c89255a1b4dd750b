import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A message to the subscribers of a topic, the members of a group, or one user. */
@Entity('notifications')
@Check('notifications_target_check', 'num_nonnulls(topic_id, group_id, user_id) = 1')
@Index('notifications_topic_id_idx', ['topicId'])
@Index('notifications_user_id_idx', ['userId'])
export class Notification {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notifications_pkey' })
  id: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('notification_topics', { name: 'notifications_topic_id_fkey' })
  topicId: string | null;

  /** No foreign key: the notifications of a group outlive it. */
  @Column('uuid', { nullable: true })
  groupId: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('users', { name: 'notifications_user_id_fkey', onDelete: 'CASCADE' })
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
