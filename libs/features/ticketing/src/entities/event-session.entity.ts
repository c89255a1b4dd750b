import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Counters } from '../counters.js';

/** One date of an event; each ticket is for one. */
@Entity('ticketing_sessions')
@Check('ticketing_sessions_name_check', `name = btrim(name) AND name <> ''`)
@Check('ticketing_sessions_quota_check', 'quota >= 1')
@Check('ticketing_sessions_user_quota_check', 'user_quota >= 1')
@Check('ticketing_sessions_used_quota_check', 'used_quota >= 0 AND (quota IS NULL OR used_quota <= quota)')
@Index('ticketing_sessions_date_idx', ['eventId', 'date', 'id'])
export class EventSession implements Counters {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_sessions_pkey' })
  id: string;

  @Column('uuid')
  @ForeignKey('ticketing_events', { name: 'ticketing_sessions_event_id_fkey' })
  eventId: string;

  @Column('varchar', { length: 200 })
  name: string;

  /** Within the sales period of the event. */
  @Column({ type: 'timestamptz', precision: 3 })
  date: Date;

  @Column('integer', { nullable: true })
  quota: number | null;

  /** Maximum places per user. */
  @Column('integer', { nullable: true })
  userQuota: number | null;

  @Column({ type: 'integer', default: 0, insert: false, update: false })
  usedQuota: number;

  @Column('boolean', { default: false })
  disabled: boolean;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
