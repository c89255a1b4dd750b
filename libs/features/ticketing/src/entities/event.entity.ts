import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Counters } from '../counters.js';

/** An event for which tickets are sold. Its row is locked before all others of the event. */
@Entity('ticketing_events')
@Index('ticketing_events_name_key', ['organiserId', 'nameKey'], { unique: true })
@Check('ticketing_events_name_check', `name = btrim(name) AND name <> ''`)
@Check('ticketing_events_quota_check', 'quota >= 1')
@Check('ticketing_events_user_quota_check', 'user_quota >= 1')
@Check('ticketing_events_used_quota_check', 'used_quota >= 0 AND (quota IS NULL OR used_quota <= quota)')
@Check('ticketing_events_dates_check', 'close_date >= open_date')
@Index('ticketing_events_open_date_idx', ['openDate', 'id'])
@Index('ticketing_events_name_idx', ['name', 'id'])
@Index('ticketing_events_created_at_idx', ['createdAt', 'id'])
export class TicketedEvent implements Counters {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_events_pkey' })
  id: string;

  @Column('uuid')
  @ForeignKey('ticketing_organisers', { name: 'ticketing_events_organiser_id_fkey' })
  organiserId: string;

  @Column('varchar', { length: 200 })
  name: string;

  /** The name in its `comparable` form, unique per organiser. */
  @Column({ type: 'text', collation: 'C', select: false })
  nameKey: string;

  /** Start of sales. */
  @Column({ type: 'timestamptz', precision: 3 })
  openDate: Date;

  /** End of sales. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closeDate: Date | null;

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
