import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { onDuplicate } from '@gatehouse/database';
import { BusinessRuleProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { type Message, Notifications } from '@gatehouse/notifications';
import { comparable } from '@gatehouse/text';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { requireRoomFor, withoutExpired } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { Organiser } from '../entities/organiser.entity.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { requireManager } from '../organisers/authority.js';
import { requireOrder, requireWithin } from './event-dates.js';
import {
  CreateEventDto,
  EventDetailsDto,
  eventsListing,
  type ListEventsQuery,
  MAX_SHOWN,
  UpdateEventDto,
} from './event.dto.js';
import { lockEvent } from './event-lock.js';
import { EventSessionsService } from './event-sessions.service.js';
import { TicketCategoriesService } from './ticket-categories.service.js';

/** Topic of new events. */
export const NEW_EVENTS = 'ticketing.new-events';

const refuseDuplicate = onDuplicate({
  ticketing_events_name_key: () => new BusinessRuleProblem('Event already exists'),
});

@Injectable()
export class EventsService {
  constructor(
    @InjectRepository(TicketedEvent) private readonly events: Repository<TicketedEvent>,
    private readonly sessions: EventSessionsService,
    private readonly categories: TicketCategoriesService,
    private readonly notices: AvailabilityNotices,
    private readonly notifications: Notifications,
    private readonly listings: Listings,
  ) {}

  list(query: ListEventsQuery): Promise<PageOf<TicketedEvent> | CursorPageOf<TicketedEvent>> {
    const { organiserId } = query;
    const rows = this.events.createQueryBuilder('event');
    if (organiserId !== undefined) rows.andWhere('event.organiserId = :organiserId', { organiserId });
    return this.listings.list(rows, query, eventsListing);
  }

  get(id: string): Promise<EventDetailsDto> {
    return this.details(id, this.events.manager);
  }

  /** Notifies the subscribers of new events. */
  async create(fields: CreateEventDto, caller: Principal): Promise<EventDetailsDto> {
    return this.events.manager.transaction(async (manager) => {
      const { organiserId, name } = fields;
      found(await manager.findOneBy(Organiser, { id: organiserId }), 'Organiser');
      await requireManager(caller, organiserId, manager);
      requireOrder(fields);
      const event = { ...fields, id: uuidv7(), nameKey: comparable(name) };
      await manager.insert(TicketedEvent, event).catch(refuseDuplicate);
      await this.notifications.notify(NEW_EVENTS, newEventMessage(fields), manager);
      return this.details(event.id, manager);
    });
  }

  /** Every session must stay within the dates, and the sold tickets within the quota. */
  async update(
    id: string,
    changes: UpdateEventDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<EventDetailsDto> {
    const details = await this.events.manager.transaction(async (manager) => {
      const event = await lockEvent(id, caller, manager);
      await ifMatch?.require(() => this.details(id, manager));
      manager.merge(TicketedEvent, event, changes);
      if (changes.name !== undefined) event.nameKey = comparable(changes.name);
      requireOrder(event);
      const inOrder = { where: { eventId: id }, order: { date: 'ASC' } } as const;
      for (const { date } of await manager.find(EventSession, inOrder)) requireWithin(date, event);
      requireRoomFor(event);
      await manager.save(event).catch(refuseDuplicate);
      return this.details(id, manager);
    });
    this.notices.changed(id);
    return details;
  }

  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    await this.events.manager.transaction(async (manager) => {
      const event = await lockEvent(id, caller, manager);
      await ifMatch?.require(() => this.details(id, manager));
      if (event.usedQuota > 0) throw new BusinessRuleProblem('Cannot delete an event with used quota');
      if (await manager.existsBy(TicketCategory, { eventId: id }))
        throw new BusinessRuleProblem('Cannot delete an event with associated categories');
      if (await manager.existsBy(EventSession, { eventId: id }))
        throw new BusinessRuleProblem('Cannot delete an event with associated sessions');
      await manager.delete(TicketedEvent, id);
    });
    this.notices.changed(id);
  }

  private async details(id: string, manager: EntityManager): Promise<EventDetailsDto> {
    const row = found(await manager.findOneBy(TicketedEvent, { id }), 'Event');
    const [event] = (await withoutExpired('event_id', [row], manager)) as [TicketedEvent];
    const organiser = found(await manager.findOneBy(Organiser, { id: event.organiserId }), 'Organiser');
    const sessions = await this.sessions.find({ eventId: id }, manager, MAX_SHOWN);
    const categories = await this.categories.find({ eventId: id }, manager, MAX_SHOWN);
    return { ...event, organiser, sessions, categories };
  }
}

/** Times are in UTC. */
function newEventMessage({ name, openDate, closeDate }: CreateEventDto): Message {
  const utc = (date: Date) => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const from = `A new event, on sale from ${utc(openDate)}`;
  return { title: name, body: closeDate ? `${from} until ${utc(closeDate)}.` : `${from}.` };
}
