import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, In, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import {
  BusinessRuleProblem,
  found,
  NotFoundProblem,
  type Precondition,
  type Principal,
} from '@gatehouse/http';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { Checkouts } from '@gatehouse/payments';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { requireRoomFor, withoutExpired } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { CategorySession, TicketCategory } from '../entities/ticket-category.entity.js';
import { Ticket } from '../entities/ticket.entity.js';
import {
  categoriesListing,
  CreateCategoryDto,
  ListCategoriesQuery,
  type TicketCategoryDto,
  UpdateCategoryDto,
} from './category.dto.js';
import { lockEvent } from './event-lock.js';

type CategoryPage = PageOf<TicketCategoryDto> | CursorPageOf<TicketCategoryDto>;

const IS_OPEN_TO_CALLER = `category.requiredGroupId IS NULL OR EXISTS (
  SELECT FROM group_members member WHERE member.group_id = category.requiredGroupId AND member.user_id = :callerId)`;

const IS_SOLD_FOR_SESSION = `
  NOT EXISTS (SELECT FROM ticketing_category_sessions link WHERE link.category_id = category.id)
  OR EXISTS (SELECT FROM ticketing_category_sessions link
    WHERE link.category_id = category.id AND link.session_id = :sessionId)`;

/** Each change locks the event first, as a sale does. */
@Injectable()
export class TicketCategoriesService {
  constructor(
    @InjectRepository(TicketCategory) private readonly categories: Repository<TicketCategory>,
    private readonly checkouts: Checkouts,
    private readonly notices: AvailabilityNotices,
    private readonly listings: Listings,
  ) {}

  /** Categories of an event; with `displayAll`, including those whose group the caller is not in. */
  async listOfEvent(eventId: string, query: ListCategoriesQuery, caller: Principal): Promise<CategoryPage> {
    found(await this.categories.manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    return this.list(eventId, query, caller);
  }

  /** Categories sold for a session; otherwise like {@link listOfEvent}. */
  async listOfSession(
    sessionId: string,
    query: ListCategoriesQuery,
    caller: Principal,
  ): Promise<CategoryPage> {
    const session = await this.categories.manager.findOneBy(EventSession, { id: sessionId });
    return this.list(found(session, 'Session').eventId, query, caller, sessionId);
  }

  async get(id: string, manager = this.categories.manager): Promise<TicketCategoryDto> {
    return found((await this.find({ id }, manager, 1))[0], 'Category');
  }

  /** The oldest categories. */
  async find(
    where: FindOptionsWhere<TicketCategory>,
    manager: EntityManager,
    take: number,
  ): Promise<TicketCategoryDto[]> {
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    return this.withSessions(await manager.find(TicketCategory, { where, order, take }), manager);
  }

  async create({ sessionIds, ...fields }: CreateCategoryDto, caller: Principal): Promise<TicketCategoryDto> {
    const { eventId, priceCents, currency } = fields;
    const id = uuidv7();
    const category = await this.categories.manager.transaction(async (manager) => {
      await lockEvent(eventId, caller, manager);
      this.checkouts.requireChargeable(priceCents, currency);
      await manager.insert(TicketCategory, { ...fields, id });
      await this.link({ id, eventId }, sessionIds, manager);
      return this.get(id, manager);
    });
    this.notices.changed(eventId);
    return category;
  }

  async update(
    id: string,
    { sessionIds, ...changes }: UpdateCategoryDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<TicketCategoryDto> {
    const category = await this.categories.manager.transaction(async (manager) => {
      const category = await this.lock(id, caller, ifMatch, manager);
      manager.merge(TicketCategory, category, changes);
      requireRoomFor(category);
      this.checkouts.requireChargeable(category.priceCents, category.currency);
      if (sessionIds) await this.link(category, sessionIds, manager);
      await manager.save(category);
      return this.get(id, manager);
    });
    this.notices.changed(category.eventId);
    return category;
  }

  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    const eventId = await this.categories.manager.transaction(async (manager) => {
      const category = await this.lock(id, caller, ifMatch, manager);
      if (category.usedQuota > 0) throw new BusinessRuleProblem('Cannot delete a category with used quota');
      if (await manager.existsBy(Ticket, { categoryId: id }))
        throw new BusinessRuleProblem('Cannot delete a category with associated tickets');
      await manager.delete(TicketCategory, id);
      return category.eventId;
    });
    this.notices.changed(eventId);
  }

  private async list(
    eventId: string,
    query: ListCategoriesQuery,
    caller: Principal,
    sessionId?: string,
  ): Promise<CategoryPage> {
    const rows = this.categories
      .createQueryBuilder('category')
      .where('category.eventId = :eventId', { eventId });
    if (!query.displayAll) rows.andWhere(`(${IS_OPEN_TO_CALLER})`, { callerId: caller.id });
    if (sessionId) rows.andWhere(`(${IS_SOLD_FOR_SESSION})`, { sessionId });
    const page = await this.listings.list(rows, query, categoriesListing);
    return { ...page, items: await this.withSessions(page.items, this.categories.manager) };
  }

  private async lock(
    id: string,
    caller: Principal,
    ifMatch: Precondition | undefined,
    manager: EntityManager,
  ): Promise<TicketCategory> {
    const { eventId } = await this.get(id, manager);
    await lockEvent(eventId, caller, manager);
    const lock = { mode: 'pessimistic_write' } as const;
    const category = found(await manager.findOne(TicketCategory, { where: { id }, lock }), 'Category');
    await ifMatch?.require(() => this.get(id, manager));
    return category;
  }

  /** Sets the sessions for which a category is sold. */
  private async link(
    { id: categoryId, eventId }: Pick<TicketCategory, 'id' | 'eventId'>,
    sessionIds: string[],
    manager: EntityManager,
  ): Promise<void> {
    const known = await manager.countBy(EventSession, { id: In(sessionIds), eventId });
    if (known < sessionIds.length) throw new NotFoundProblem('One or more sessions not found');
    await manager.delete(CategorySession, { categoryId });
    const links = sessionIds.map((sessionId) => ({ categoryId, sessionId }));
    if (links.length > 0) await manager.insert(CategorySession, links);
  }

  private async withSessions(rows: TicketCategory[], manager: EntityManager): Promise<TicketCategoryDto[]> {
    const categories = await withoutExpired('category_id', rows, manager);
    const links = await manager.find(CategorySession, {
      where: { categoryId: In(categories.map(({ id }) => id)) },
      order: { sessionId: 'ASC' },
    });
    const sessionIds = Map.groupBy(links, ({ categoryId }) => categoryId);
    return categories.map((category) => ({
      ...category,
      sessionIds: (sessionIds.get(category.id) ?? []).map(({ sessionId }) => sessionId),
    }));
  }
}
