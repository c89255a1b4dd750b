import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, FindOptionsWhere, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { BusinessRuleProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { type CursorPageOf, Listings, type ListRequest, type PageOf } from '@gatehouse/listing';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { requireRoomFor, withoutExpired } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { CategorySession } from '../entities/ticket-category.entity.js';
import { Ticket } from '../entities/ticket.entity.js';
import { requireWithin } from './event-dates.js';
import { lockEvent } from './event-lock.js';
import { CreateEventSessionDto, eventSessionsListing, UpdateEventSessionDto } from './event-session.dto.js';

/** Each change locks the event first, whose dates limit those of its sessions. */
@Injectable()
export class EventSessionsService {
  constructor(
    @InjectRepository(EventSession) private readonly sessions: Repository<EventSession>,
    private readonly notices: AvailabilityNotices,
    private readonly listings: Listings,
  ) {}

  async list(
    eventId: string,
    query: ListRequest,
  ): Promise<PageOf<EventSession> | CursorPageOf<EventSession>> {
    const { manager } = this.sessions;
    found(await manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    const rows = this.sessions.createQueryBuilder('session').where('session.eventId = :eventId', { eventId });
    const page = await this.listings.list(rows, query, eventSessionsListing);
    return { ...page, items: await withoutExpired('session_id', page.items, manager) };
  }

  async get(id: string, manager = this.sessions.manager): Promise<EventSession> {
    return found((await this.find({ id }, manager, 1))[0], 'Session');
  }

  /** The first sessions by date. */
  async find(
    where: FindOptionsWhere<EventSession>,
    manager: EntityManager,
    take: number,
  ): Promise<EventSession[]> {
    const rows = await manager.find(EventSession, { where, order: { date: 'ASC', id: 'ASC' }, take });
    return withoutExpired('session_id', rows, manager);
  }

  async create(fields: CreateEventSessionDto, caller: Principal): Promise<EventSession> {
    const session = await this.sessions.manager.transaction(async (manager) => {
      requireWithin(fields.date, await lockEvent(fields.eventId, caller, manager));
      const id = uuidv7();
      await manager.insert(EventSession, { ...fields, id });
      return this.get(id, manager);
    });
    this.notices.changed(session.eventId);
    return session;
  }

  async update(
    id: string,
    changes: UpdateEventSessionDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<EventSession> {
    const session = await this.sessions.manager.transaction(async (manager) => {
      const { session, event } = await this.lock(id, caller, ifMatch, manager);
      manager.merge(EventSession, session, changes);
      requireWithin(session.date, event);
      requireRoomFor(session);
      return manager.save(session);
    });
    this.notices.changed(session.eventId);
    return session;
  }

  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    const eventId = await this.sessions.manager.transaction(async (manager) => {
      const { session } = await this.lock(id, caller, ifMatch, manager);
      if (session.usedQuota > 0) throw new BusinessRuleProblem('Cannot delete a session with used quota');
      if (await manager.existsBy(CategorySession, { sessionId: id }))
        throw new BusinessRuleProblem('Cannot delete a session with associated categories');
      if (await manager.existsBy(Ticket, { sessionId: id }))
        throw new BusinessRuleProblem('Cannot delete a session with associated tickets');
      await manager.delete(EventSession, id);
      return session.eventId;
    });
    this.notices.changed(eventId);
  }

  private async lock(
    id: string,
    caller: Principal,
    ifMatch: Precondition | undefined,
    manager: EntityManager,
  ): Promise<{ session: EventSession; event: TicketedEvent }> {
    const { eventId } = await this.get(id, manager);
    const event = await lockEvent(eventId, caller, manager);
    const lock = { mode: 'pessimistic_write' } as const;
    const session = found(await manager.findOne(EventSession, { where: { id }, lock }), 'Session');
    await ifMatch?.require(() => session);
    return { session, event };
  }
}
