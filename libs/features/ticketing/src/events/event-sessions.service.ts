import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { BusinessRuleProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { type CursorPageOf, Listings, type ListRequest, type PageOf } from '@gatehouse/listing';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { CategorySession } from '../entities/category-session.entity.js';
import { requireRoomFor, withoutExpired } from '../counters.js';
import { requireWithin } from './event-dates.js';
import { lockEvent } from './event-lock.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { definedFields } from '../defined-fields.js';
import { requireManager } from '../organisers/authority.js';
import { Ticket } from '../entities/ticket.entity.js';
import { CreateEventSessionDto, eventSessionsListing, UpdateEventSessionDto } from './event-session.dto.js';
import { EventSession } from '../entities/event-session.entity.js';

/** Each change locks the event first, whose dates limit those of its sessions. */
@Injectable()
export class EventSessionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: AvailabilityNotices,
    private readonly listings: Listings,
  ) {}

  /** @throws {NotFoundProblem} for an unknown event */
  async list(
    eventId: string,
    query: ListRequest,
  ): Promise<PageOf<EventSession> | CursorPageOf<EventSession>> {
    const { manager } = this.dataSource;
    found(await manager.findOneBy(TicketedEvent, { id: eventId }), 'Event');
    const rows = manager
      .createQueryBuilder(EventSession, 'session')
      .where('session.eventId = :eventId', { eventId });
    const page = await this.listings.list(rows, query, eventSessionsListing);
    return { ...page, items: await withoutExpired('session_id', page.items, manager) };
  }

  /** @throws {NotFoundProblem} */
  get(id: string): Promise<EventSession> {
    return this.find(id, this.dataSource.manager);
  }

  /** @throws {BusinessRuleProblem} for a date outside the event */
  async create(fields: CreateEventSessionDto, caller: Principal): Promise<EventSession> {
    const id = uuidv7();
    const session = await this.dataSource.transaction(async (manager) => {
      const event = await lockEvent(fields.eventId, manager);
      await requireManager(caller, event.organiserId, manager);
      requireWithin(fields.date, event);
      await manager.insert(EventSession, { ...fields, id });
      return this.find(id, manager);
    });
    this.notices.changed(fields.eventId);
    return session;
  }

  /** Changes the given fields. */
  async update(
    id: string,
    changes: UpdateEventSessionDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<EventSession> {
    const session = await this.dataSource.transaction(async (manager) => {
      const before = await this.lock(id, caller, manager);
      await ifMatch?.require(() => before.session);
      if (changes.date) requireWithin(changes.date, before.event);
      requireRoomFor(before.session, changes.quota);
      const written = definedFields(changes);
      if (written) await manager.update(EventSession, id, written);
      return this.find(id, manager);
    });
    this.notices.changed(session.eventId);
    return session;
  }

  /** @throws {BusinessRuleProblem} while places are used, or categories or tickets refer to it */
  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    const eventId = await this.dataSource.transaction(async (manager) => {
      const { session } = await this.lock(id, caller, manager);
      await ifMatch?.require(() => session);
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
    manager: EntityManager,
  ): Promise<{ session: EventSession; event: TicketedEvent }> {
    const { eventId } = await this.find(id, manager);
    const event = await lockEvent(eventId, manager);
    await requireManager(caller, event.organiserId, manager);
    const lock = { mode: 'pessimistic_write' } as const;
    return {
      event,
      session: found(await manager.findOne(EventSession, { where: { id }, lock }), 'Session'),
    };
  }

  private async find(id: string, manager: EntityManager): Promise<EventSession> {
    const row = found(await manager.findOneBy(EventSession, { id }), 'Session');
    const [session] = (await withoutExpired('session_id', [row], manager)) as [EventSession];
    return session;
  }
}
