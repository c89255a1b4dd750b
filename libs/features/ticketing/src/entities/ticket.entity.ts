import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export const ticketStatuses = ['pending', 'confirmed', 'cancelled', 'expired'] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

/** Shows an expired unpaid ticket, which the table keeps as pending until it is swept, as `expired`. */
export function asOf<T extends Pick<Ticket, 'status' | 'expiresAt'>>(now: Date, ticket: T): T {
  const isOver = ticket.status === 'pending' && ticket.expiresAt !== null && ticket.expiresAt <= now;
  return isOver ? { ...ticket, status: 'expired' } : ticket;
}

const HELD = `status IN ('pending', 'confirmed')`;
const deferrable = 'INITIALLY DEFERRED';

/** A user's place, held while it is pending or confirmed: a trigger of the table maintains the counters. */
@Entity('ticketing_tickets')
@Check('ticketing_tickets_price_cents_check', 'price_cents >= 0')
@Check('ticketing_tickets_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('ticketing_tickets_status_check', `status IN ('pending', 'confirmed', 'cancelled', 'expired')`)
@Check('ticketing_tickets_scan_count_check', 'scan_count IN (0, 1)')
@Check('ticketing_tickets_expires_at_check', `status <> 'pending' OR expires_at IS NOT NULL`)
@Index('ticketing_tickets_user_id_idx', ['userId', 'createdAt', 'id'])
@Index('ticketing_tickets_event_id_idx', ['eventId', 'createdAt', 'id'])
@Index('ticketing_tickets_session_id_idx', ['sessionId', 'createdAt', 'id'])
@Index('ticketing_tickets_category_id_idx', ['categoryId', 'createdAt', 'id'])
@Index('ticketing_tickets_held_idx', ['userId', 'eventId'], { where: HELD })
@Index(['expiresAt'], { where: `status = 'pending'` })
export class Ticket {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  /** `null` once the account is deleted; sold tickets remain sold. */
  @Column('uuid', { nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  userId: string | null;

  @Column('uuid')
  @ForeignKey('ticketing_events', { deferrable })
  eventId: string;

  @Column('uuid')
  @ForeignKey('ticketing_sessions', { deferrable })
  sessionId: string;

  @Column('uuid')
  @ForeignKey('ticketing_categories', { deferrable })
  categoryId: string;

  /** Price of the category at the time of purchase. */
  @Column('integer')
  priceCents: number;

  /** ISO 4217. */
  @Column('char', { length: 3 })
  currency: string;

  @Column('varchar', { length: 10 })
  status: TicketStatus;

  /** Time at which a pending ticket releases its place. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** 256 random bits that prove ownership at the door. Selected only for its owner and for scanning. */
  @Column('varchar', { length: 43, select: false })
  secret: string;

  @Column('smallint', { default: 0 })
  scanCount: number;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  scannedAt: Date | null;

  /** User who scanned it. No foreign key: the record outlives its users. */
  @Column('uuid', { nullable: true })
  scannedBy: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
