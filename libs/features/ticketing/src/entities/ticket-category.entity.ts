import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Limited, LimitedEntity } from './limited.entity.js';

/** A category of tickets of an event, with its price. */
@Limited('ticketing_categories')
@Check('ticketing_categories_price_cents_check', 'price_cents >= 0')
@Check('ticketing_categories_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Index('ticketing_categories_created_at_idx', ['eventId', 'createdAt', 'id'])
export class TicketCategory extends LimitedEntity {
  @Column('uuid')
  @ForeignKey('ticketing_events')
  eventId: string;

  @Column('integer')
  priceCents: number;

  /** ISO 4217. */
  @Column('char', { length: 3 })
  currency: string;

  /** Group whose members may buy. No foreign key: when the group is deleted, nobody may. */
  @Column('uuid', { nullable: true })
  requiredGroupId: string | null;
}

/** A session for which a category is sold. A category without any is sold for all sessions of its event. */
@Entity('ticketing_category_sessions')
@Index(['sessionId'])
export class CategorySession {
  @PrimaryColumn('uuid')
  @ForeignKey('ticketing_categories', { onDelete: 'CASCADE' })
  categoryId: string;

  @PrimaryColumn('uuid')
  @ForeignKey('ticketing_sessions')
  sessionId: string;
}
