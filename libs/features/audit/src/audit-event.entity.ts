import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A security event. Rows are added, and removed when they are old: the table refuses everything else. */
@Entity('audit_events')
@Index('audit_events_created_at_idx', ['createdAt', 'id'])
@Index('audit_events_action_idx', ['action', 'createdAt', 'id'])
@Index('audit_events_actor_id_idx', ['actorId', 'createdAt', 'id'])
@Index('audit_events_subject_id_idx', ['subjectId', 'createdAt', 'id'])
export class AuditEvent {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id: string;

  /** What happened, e.g. `auth.login-failed`: the feature's root, a dot, and the event. */
  @Column({ type: 'varchar', length: 100, collation: 'C' })
  action: string;

  /** User who did it. No foreign key: the trail outlives its users. */
  @Column('uuid', { nullable: true })
  actorId: string | null;

  /** Id or name of what it was done to. */
  @Column({ type: 'varchar', length: 200, nullable: true, collation: 'C' })
  subjectId: string | null;

  /** Address of the client, where the event has one. */
  @Column('varchar', { length: 45, nullable: true })
  address: string | null;

  /** Never a secret. */
  @Column('jsonb', { default: () => `'{}'` })
  details: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
