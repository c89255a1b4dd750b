import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { onDuplicate } from '@gatehouse/database';
import { BusinessRuleProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { Notifications } from '@gatehouse/notifications';
import { comparable } from '@gatehouse/text';
import { AvailabilityNotices } from '../availability/availability-notices.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { definedFields } from '../defined-fields.js';
import { requireManager } from '../organisers/authority.js';
import { Organiser } from '../entities/organiser.entity.js';
import { requireRoomFor } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { CreateEventDto, EventDetailsDto, UpdateEventDto } from './event.dto.js';
import { requireOrder, requireWithin } from './event-dates.js';
import { eventDetails } from './event-details.js';
import { lockEvent } from './event-lock.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { NEW_EVENTS, newEventMessage } from './new-event-message.js';

const refuseDuplicate = onDuplicate({
  ticketing_events_name_key: () => new BusinessRuleProblem('Event already exists'),
});

@Injectable()
export class EventsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: AvailabilityNotices,
    private readonly notifications: Notifications,
  ) {}

  /** @throws {NotFoundProblem} */
  get(id: string): Promise<EventDetailsDto> {
    return eventDetails(id, this.dataSource.manager);
  }

  /**
   * Notifies the subscribers of new events.
   *
   * @throws {BusinessRuleProblem} when the organiser has an event of that name
   */
  async create(fields: CreateEventDto, caller: Principal): Promise<EventDetailsDto> {
    const { manager } = this.dataSource;
    const { organiserId } = fields;
    found(await manager.findOneBy(Organiser, { id: organiserId }), 'Organiser');
    await requireManager(caller, organiserId, manager);
    requireOrder(fields);
    const id = uuidv7();
    return this.dataSource.transaction(async (transaction) => {
      await transaction.insert(TicketedEvent, { ...fields, ...keyOf(fields), id }).catch(refuseDuplicate);
      await this.notifications.notify(NEW_EVENTS, newEventMessage(fields), transaction);
      return eventDetails(id, transaction);
    });
  }

  /** Changes the given fields. Every session must stay within the dates, and the sold tickets within the quota. */
  async update(
    id: string,
    changes: UpdateEventDto,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<EventDetailsDto> {
    const details = await this.dataSource.transaction(async (manager) => {
      const before = await lockEvent(id, manager);
      await requireManager(caller, before.organiserId, manager);
      await ifMatch?.require(() => eventDetails(id, manager));
      const written = definedFields(changes);
      if (written) {
        const after = { ...before, ...written };
        requireOrder(after);
        await this.requireSessionsWithin(after, manager);
        requireRoomFor(before, changes.quota);
        await manager.update(TicketedEvent, id, { ...written, ...keyOf(written) }).catch(refuseDuplicate);
      }
      return eventDetails(id, manager);
    });
    this.notices.changed(id);
    return details;
  }

  /** @throws {BusinessRuleProblem} while places are used, or it has categories or sessions */
  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const event = await lockEvent(id, manager);
      await requireManager(caller, event.organiserId, manager);
      await ifMatch?.require(() => eventDetails(id, manager));
      if (event.usedQuota > 0) throw new BusinessRuleProblem('Cannot delete an event with used quota');
      if (await manager.existsBy(TicketCategory, { eventId: id }))
        throw new BusinessRuleProblem('Cannot delete an event with associated categories');
      if (await manager.existsBy(EventSession, { eventId: id }))
        throw new BusinessRuleProblem('Cannot delete an event with associated sessions');
      await manager.delete(TicketedEvent, id);
    });
    this.notices.changed(id);
  }

  private async requireSessionsWithin(event: TicketedEvent, manager: EntityManager): Promise<void> {
    const sessions = await manager.find(EventSession, {
      select: { date: true },
      where: { eventId: event.id },
      order: { date: 'ASC' },
    });
    for (const { date } of sessions) requireWithin(date, event);
  }
}

function keyOf({ name }: { name?: string }): { nameKey?: string } {
  return name === undefined ? {} : { nameKey: comparable(name) };
}
