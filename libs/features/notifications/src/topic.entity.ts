import { Column, CreateDateColumn, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A topic that some version of the application has declared. */
@Entity('notification_topics')
@Unique('notification_topics_name_key', ['name'])
export class Topic {
  /** UUID v7, from when it was declared first on. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notification_topics_pkey' })
  id: string;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  name: string;

  /** Group whose members alone may have it. No foreign key: when the group is deleted, nobody may. */
  @Column('uuid', { nullable: true })
  groupId: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;
}
