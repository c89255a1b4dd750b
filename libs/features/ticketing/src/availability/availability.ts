import type { EntityManager } from 'typeorm';

interface Places {
  quota: number | null;
  used: number;
  /** `null`: unlimited. */
  remaining: number | null;
}

/** The availability of an event at one moment. */
export interface Availability extends Places {
  eventId: string;
  sessions: (Places & { id: string })[];
  categories: (Places & { id: string })[];
}

/** Subtracts expired unpaid tickets, which the database counts until they are swept. */
const places = (reference: string, of: string): string => {
  const used = `(used_quota - (SELECT count(*) FROM expired WHERE ${reference} = ${of}.id))`;
  return `'quota', quota, 'used', ${used}, 'remaining', quota - ${used}`;
};

const FIND = `
  WITH expired AS MATERIALIZED (
    SELECT event_id, session_id, category_id FROM ticketing_tickets WHERE status = 'pending' AND expires_at <= now()
  )
  SELECT json_build_object('eventId', id, ${places('event_id', 'event')},
    'sessions', (SELECT coalesce(json_agg(
        json_build_object('id', id, ${places('session_id', 'session')}) ORDER BY date, id), '[]')
      FROM ticketing_sessions session WHERE event_id = event.id),
    'categories', (SELECT coalesce(json_agg(
        json_build_object('id', id, ${places('category_id', 'category')}) ORDER BY created_at, id), '[]')
      FROM ticketing_categories category WHERE event_id = event.id)) AS availability
  FROM ticketing_events event WHERE id = ANY($1)`;

/** Returns the availability of existing events. A single statement, so that all counters are of the same moment. */
export async function findAvailability(
  eventIds: readonly string[],
  manager: EntityManager,
): Promise<Availability[]> {
  const rows = await manager.query<{ availability: Availability }[]>(FIND, [eventIds]);
  return rows.map(({ availability }) => availability);
}
