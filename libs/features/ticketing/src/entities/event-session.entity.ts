import { Column, ForeignKey, Index } from 'typeorm';
import { Limited, LimitedEntity } from './limited.entity.js';

/** One date of an event; each ticket is for one. */
@Limited('ticketing_sessions')
@Index('ticketing_sessions_date_idx', ['eventId', 'date', 'id'])
export class EventSession extends LimitedEntity {
  @Column('uuid')
  @ForeignKey('ticketing_events')
  eventId: string;

  /** Within the sales period of the event. */
  @Column({ type: 'timestamptz', precision: 3 })
  date: Date;
}
