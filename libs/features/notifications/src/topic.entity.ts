import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A topic that some version of the application has declared. */
@Entity('notification_topics')
@Unique('notification_topics_name_key', ['name'])
export class Topic {
  /** UUID v7 of its first declaration. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notification_topics_pkey' })
  id: string;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  name: string;

  /** Group to which the topic is limited. No foreign key: when the group is deleted, the topic is closed to all. */
  @Column('uuid', { nullable: true })
  groupId: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;
}
