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

  /** Kind of event, e.g. `auth.login-failed`: the feature's name, a dot, and the event. */
  @Column({ type: 'varchar', length: 100, collation: 'C' })
  action: string;

  /** User who caused the event. No foreign key: the audit trail outlives its users. */
  @Column('uuid', { nullable: true })
  actorId: string | null;

  /** Id or name of the affected object. */
  @Column({ type: 'varchar', length: 200, nullable: true, collation: 'C' })
  subjectId: string | null;

  /** IP address of the client, if known. */
  @Column('varchar', { length: 45, nullable: true })
  address: string | null;

  /** Must not contain secrets. */
  @Column('jsonb', { default: () => `'{}'` })
  details: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
