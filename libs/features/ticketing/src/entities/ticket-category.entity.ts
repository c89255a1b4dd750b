import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Counters } from '../counters.js';

/** A category of tickets of an event, with its price. */
@Entity('ticketing_categories')
@Check('ticketing_categories_name_check', `name = btrim(name) AND name <> ''`)
@Check('ticketing_categories_price_cents_check', 'price_cents >= 0')
@Check('ticketing_categories_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('ticketing_categories_quota_check', 'quota >= 1')
@Check('ticketing_categories_user_quota_check', 'user_quota >= 1')
@Check('ticketing_categories_used_quota_check', 'used_quota >= 0 AND (quota IS NULL OR used_quota <= quota)')
@Index('ticketing_categories_created_at_idx', ['eventId', 'createdAt', 'id'])
export class TicketCategory implements Counters {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_categories_pkey' })
  id: string;

  @Column('uuid')
  @ForeignKey('ticketing_events', { name: 'ticketing_categories_event_id_fkey' })
  eventId: string;

  @Column('varchar', { length: 200 })
  name: string;

  @Column('integer')
  priceCents: number;

  /** ISO 4217. */
  @Column('char', { length: 3 })
  currency: string;

  /** Group whose members may buy. No foreign key: when the group is deleted, nobody may. */
  @Column('uuid', { nullable: true })
  requiredGroupId: string | null;

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
