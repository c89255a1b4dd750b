import type { EntityManager } from 'typeorm';
import { found, type Principal } from '@gatehouse/http';
import { TicketedEvent } from '../entities/event.entity.js';
import { requireManager } from '../organisers/authority.js';

/**
 * $1: a single event, so that a transaction locks only one and cannot deadlock. $2: maximum number of tickets; null:
 * all.
 */
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
 * Expires overdue tickets of an event, and locks it for a manager until the transaction ends: nothing of it is sold,
 * given back or edited in the meantime. Lock it before its sessions and categories.
 */
export async function lockEvent(
  id: string,
  caller: Principal,
  manager: EntityManager,
): Promise<TicketedEvent> {
  await manager.query(EXPIRE, [id, null]);
  const lock = { mode: 'for_no_key_update' } as const;
  const event = found(await manager.findOne(TicketedEvent, { where: { id }, lock }), 'Event');
  await requireManager(caller, event.organiserId, manager);
  return event;
}
