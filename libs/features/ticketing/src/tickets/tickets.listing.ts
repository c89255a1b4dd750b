import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { found, type Principal } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { requireManager } from '../organisers/authority.js';
import { EventSession } from '../entities/event-session.entity.js';
import { ticketsListing, type ListTicketsQuery } from './ticket.dto.js';
import { asOf, Ticket } from '../entities/ticket.entity.js';

type TicketPage = PageOf<Ticket> | CursorPageOf<Ticket>;
type Owner = 'userId' | 'eventId' | 'sessionId' | 'categoryId';

/** The status as shown by {@link asOf}. */
const STATUS = `CASE WHEN ticket.status = 'pending' AND ticket.expiresAt <= :now THEN 'expired' ELSE ticket.status END`;

@Injectable()
export class TicketsListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  ofUser(userId: string, query: ListTicketsQuery): Promise<TicketPage> {
    return this.list('userId', userId, query);
  }

  /** @throws {ForbiddenProblem} unless the caller manages the event */
  async ofEvent(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    await this.requireManager(id, caller);
    return this.list('eventId', id, query);
  }

  /** Like {@link ofEvent}. */
  async ofSession(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    const session = await this.dataSource.manager.findOneBy(EventSession, { id });
    await this.requireManager(found(session, 'Session').eventId, caller);
    return this.list('sessionId', id, query);
  }

  /** Like {@link ofEvent}. */
  async ofCategory(id: string, query: ListTicketsQuery, caller: Principal): Promise<TicketPage> {
    const category = await this.dataSource.manager.findOneBy(TicketCategory, { id });
    await this.requireManager(found(category, 'Category').eventId, caller);
    return this.list('categoryId', id, query);
  }

  private async requireManager(eventId: string, caller: Principal): Promise<void> {
    const { manager } = this.dataSource;
    const event = found(await manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    await requireManager(caller, event.organiserId, manager);
  }

  private async list(owner: Owner, id: string, query: ListTicketsQuery): Promise<TicketPage> {
    const rows = this.dataSource.manager
      .createQueryBuilder(Ticket, 'ticket')
      .where(`ticket.${owner} = :id`, { id });
    const now = new Date();
    if (query.status !== undefined) rows.andWhere(`${STATUS} = :status`, { status: query.status, now });
    const page = await this.listings.list(rows, query, ticketsListing);
    return { ...page, items: page.items.map((ticket) => asOf(now, ticket)) };
  }
}
