import { CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A user's subscription to a topic. It stays when the topic is closed to the user, and has no effect then. */
@Entity('notification_subscriptions')
@Index('notification_subscriptions_user_id_idx', ['userId'])
export class TopicSubscription {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notification_subscriptions_pkey' })
  @ForeignKey('notification_topics', {
    name: 'notification_subscriptions_topic_id_fkey',
    onDelete: 'CASCADE',
  })
  topicId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notification_subscriptions_pkey' })
  @ForeignKey('users', { name: 'notification_subscriptions_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  subscribedAt: Date;
}
