import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** A topic that some version of the application has declared. */
@Entity('notification_topics')
@Unique('notification_topics_name_key', ['name'])
export class Topic {
  /** UUID v7 of its first declaration. */
  @PrimaryColumn('uuid')
  id: string;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  name: string;

  /** Group to which the topic is limited. No foreign key: when the group is deleted, the topic is closed to all. */
  @Column('uuid', { nullable: true })
  groupId: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;
}

/** A user's subscription to a topic. It stays when the topic is closed to the user, and has no effect then. */
@Entity('notification_subscriptions')
@Index(['userId'])
export class TopicSubscription {
  @PrimaryColumn('uuid')
  @ForeignKey('notification_topics', { onDelete: 'CASCADE' })
  topicId: string;

  @PrimaryColumn('uuid')
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  subscribedAt: Date;
}
