import { Check, Column, ForeignKey, Index } from 'typeorm';
import { Limited, LimitedEntity } from './limited.entity.js';

/** An event for which tickets are sold. Its row is locked before all others of the event. */
@Limited('ticketing_events')
@Index('ticketing_events_name_key', ['organiserId', 'nameKey'], { unique: true })
@Check('ticketing_events_dates_check', 'close_date >= open_date')
@Index('ticketing_events_open_date_idx', ['openDate', 'id'])
@Index('ticketing_events_name_idx', ['name', 'id'])
@Index('ticketing_events_created_at_idx', ['createdAt', 'id'])
export class TicketedEvent extends LimitedEntity {
  @Column('uuid')
  @ForeignKey('ticketing_organisers')
  organiserId: string;

  /** The name in its `comparable` form, unique per organiser. */
  @Column({ type: 'text', collation: 'C', select: false })
  nameKey: string;

  /** Start of sales. */
  @Column({ type: 'timestamptz', precision: 3 })
  openDate: Date;

  /** End of sales. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  closeDate: Date | null;
}
