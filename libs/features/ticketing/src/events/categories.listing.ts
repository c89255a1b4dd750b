import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { found, type Principal } from '@gatehouse/http';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { TicketedEvent } from '../entities/event.entity.js';
import { EventSession } from '../entities/event-session.entity.js';
import { withSessions } from './categories-of.js';
import { categoriesListing, ListCategoriesQuery, type TicketCategoryDto } from './category.dto.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';

type CategoryPage = PageOf<TicketCategoryDto> | CursorPageOf<TicketCategoryDto>;

const IS_OPEN_TO_CALLER = `category.requiredGroupId IS NULL OR EXISTS (
  SELECT FROM group_members member WHERE member.group_id = category.requiredGroupId AND member.user_id = :callerId)`;

const IS_SOLD_FOR_SESSION = `
  NOT EXISTS (SELECT FROM ticketing_category_sessions link WHERE link.category_id = category.id)
  OR EXISTS (SELECT FROM ticketing_category_sessions link
    WHERE link.category_id = category.id AND link.session_id = :sessionId)`;

@Injectable()
export class CategoriesListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  /**
   * Categories of an event; with `displayAll`, including those whose group the caller is not in.
   * @throws {NotFoundProblem}
   */
  async ofEvent(eventId: string, query: ListCategoriesQuery, caller: Principal): Promise<CategoryPage> {
    found(await this.dataSource.manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    return this.list(eventId, query, caller);
  }

  /** Categories sold for a session; otherwise like {@link ofEvent}. */
  async ofSession(sessionId: string, query: ListCategoriesQuery, caller: Principal): Promise<CategoryPage> {
    const session = await this.dataSource.manager.findOneBy(EventSession, { id: sessionId });
    return this.list(found(session, 'Session').eventId, query, caller, sessionId);
  }

  private async list(
    eventId: string,
    query: ListCategoriesQuery,
    caller: Principal,
    sessionId?: string,
  ): Promise<CategoryPage> {
    const { manager } = this.dataSource;
    const rows = manager
      .createQueryBuilder(TicketCategory, 'category')
      .where('category.eventId = :eventId', { eventId });
    if (!query.displayAll) rows.andWhere(`(${IS_OPEN_TO_CALLER})`, { callerId: caller.id });
    if (sessionId) rows.andWhere(`(${IS_SOLD_FOR_SESSION})`, { sessionId });
    const page = await this.listings.list(rows, query, categoriesListing);
    return { ...page, items: await withSessions(page.items, manager) };
  }
}
