import type { EntityManager } from 'typeorm';

interface Places {
  quota: number | null;
  used: number;
  /** `null`: unlimited. */
  remaining: number | null;
}

/** What is left of an event, at one moment. */
export interface Availability extends Places {
  eventId: string;
  sessions: (Places & { id: string })[];
  categories: (Places & { id: string })[];
}

const PLACES = `'quota', quota, 'used', used_quota, 'remaining', quota - used_quota`;

const FIND = `
  SELECT json_build_object('eventId', id, ${PLACES},
    'sessions', (SELECT coalesce(json_agg(json_build_object('id', id, ${PLACES}) ORDER BY date, id), '[]')
      FROM ticketing_sessions WHERE event_id = event.id),
    'categories', (SELECT coalesce(json_agg(json_build_object('id', id, ${PLACES}) ORDER BY created_at, id), '[]')
      FROM ticketing_categories WHERE event_id = event.id)) AS availability
  FROM ticketing_events event WHERE id = ANY($1)`;

/** What is left of some events, those that are gone left out. One statement, so all counters are of one moment. */
export async function findAvailability(
  eventIds: readonly string[],
  manager: EntityManager,
): Promise<Availability[]> {
  const rows = await manager.query<{ availability: Availability }[]>(FIND, [eventIds]);
  return rows.map(({ availability }) => availability);
}
