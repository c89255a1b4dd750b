import type { EntityManager } from 'typeorm';
import { found } from '@gatehouse/http';
import { TicketedEvent } from '../entities/event.entity.js';

/** $1: the event; one only, so that a transaction locks one and no two can wait for each other. $2: how many; null: all. */
export const EXPIRE = `
  WITH due AS MATERIALIZED (
    SELECT id FROM ticketing_tickets
    WHERE event_id = $1 AND status = 'pending' AND expires_at <= now()
    ORDER BY expires_at LIMIT $2
    FOR UPDATE SKIP LOCKED
  )
  UPDATE ticketing_tickets AS ticket SET status = 'expired' FROM due
  WHERE ticket.id = due.id AND ticket.status = 'pending'`;

/**
 * Gives back what has expired of an event, and keeps it as it is until the transaction ends: nothing of it is sold,
 * given back or edited meanwhile. Lock it before its sessions and categories.
 *
 * @throws {NotFoundProblem}
 */
export async function lockEvent(id: string, manager: EntityManager): Promise<TicketedEvent> {
  await manager.query(EXPIRE, [id, null]);
  const event = await manager.findOne(TicketedEvent, { where: { id }, lock: { mode: 'for_no_key_update' } });
  return found(event, 'Event');
}
