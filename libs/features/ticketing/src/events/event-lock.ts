import type { EntityManager } from 'typeorm';
import { found } from '@gatehouse/http';
import { EXPIRE } from '../tickets/expired-tickets.js';
import { TicketedEvent } from './event.entity.js';

/**
 * Gives back what has expired of an event, and keeps it as it is until the transaction ends: nothing of it is sold, given back or edited meanwhile. Lock it
 * before its sessions and categories.
 *
 * @throws {NotFoundProblem}
 */
export async function lockEvent(id: string, manager: EntityManager): Promise<TicketedEvent> {
  await manager.query(EXPIRE, [id, null]);
  const event = await manager.findOne(TicketedEvent, { where: { id }, lock: { mode: 'for_no_key_update' } });
  return found(event, 'Event');
}
