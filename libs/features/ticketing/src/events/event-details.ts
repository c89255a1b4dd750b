import type { EntityManager } from 'typeorm';
import { found } from '@gatehouse/http';
import { categoriesOf } from './categories-of.js';
import { withoutExpired } from '../counters.js';
import { Organiser } from '../entities/organiser.entity.js';
import { EventSession } from '../entities/event-session.entity.js';
import { type EventDetailsDto, MAX_SHOWN } from './event.dto.js';
import { TicketedEvent } from '../entities/event.entity.js';

/** @throws {NotFoundProblem} */
export async function eventDetails(id: string, manager: EntityManager): Promise<EventDetailsDto> {
  const row = found(await manager.findOneBy(TicketedEvent, { id }), 'Event');
  const [event] = (await withoutExpired('event_id', [row], manager)) as [TicketedEvent];
  const organiser = found(await manager.findOneBy(Organiser, { id: event.organiserId }), 'Organiser');
  const rows = await manager.find(EventSession, {
    where: { eventId: id },
    order: { date: 'ASC', id: 'ASC' },
    take: MAX_SHOWN,
  });
  const sessions = await withoutExpired('session_id', rows, manager);
  const categories = await categoriesOf({ eventId: id }, manager, MAX_SHOWN);
  return { ...event, organiser, sessions, categories };
}
