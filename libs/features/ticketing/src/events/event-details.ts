import type { EntityManager } from 'typeorm';
import { categoriesOf } from '../categories/categories-of.js';
import { found } from '../not-found.js';
import { Organiser } from '../organisers/organiser.entity.js';
import { EventSession } from '../sessions/event-session.entity.js';
import { type EventDetailsDto, MAX_SHOWN } from './dto/event-details.dto.js';
import { TicketedEvent } from './event.entity.js';

/** @throws {NotFoundProblem} */
export async function eventDetails(id: string, manager: EntityManager): Promise<EventDetailsDto> {
  const event = found(await manager.findOneBy(TicketedEvent, { id }), 'Event');
  const organiser = found(await manager.findOneBy(Organiser, { id: event.organiserId }), 'Organiser');
  const sessions = await manager.find(EventSession, {
    where: { eventId: id },
    order: { date: 'ASC', id: 'ASC' },
    take: MAX_SHOWN,
  });
  const categories = await categoriesOf({ eventId: id }, manager, MAX_SHOWN);
  return { ...event, organiser, sessions, categories };
}
