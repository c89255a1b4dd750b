/** Runs a query, with TypeORM or `pg`. */
export type Query = (sql: string, parameters?: unknown[]) => Promise<unknown[]>;

const FIND_VIOLATIONS = `
  WITH held AS (
    SELECT * FROM ticketing_tickets WHERE event_id = $1 AND status IN ('pending', 'confirmed')
  ), counted AS (
    SELECT 'event' AS kind, quota, used_quota, (SELECT count(*) FROM held) AS held
      FROM ticketing_events WHERE id = $1
    UNION ALL
    SELECT 'session', quota, used_quota, (SELECT count(*) FROM held WHERE session_id = s.id)
      FROM ticketing_sessions s WHERE event_id = $1
    UNION ALL
    SELECT 'category', quota, used_quota, (SELECT count(*) FROM held WHERE category_id = c.id)
      FROM ticketing_categories c WHERE event_id = $1
    UNION ALL
    SELECT 'user', user_quota, count(*), count(*) FROM held JOIN ticketing_events e ON e.id = held.event_id
      GROUP BY held.user_id, e.user_quota
    UNION ALL
    SELECT 'user of category', c.user_quota, count(*), count(*)
      FROM held JOIN ticketing_categories c ON c.id = held.category_id GROUP BY held.user_id, c.id
    UNION ALL
    SELECT 'user of session', s.user_quota, count(*), count(*)
      FROM held JOIN ticketing_sessions s ON s.id = held.session_id GROUP BY held.user_id, s.id
  )
  SELECT * FROM counted WHERE used_quota <> held OR used_quota > quota`;

/** Compares the rows of an event with its counters and quotas: returns nothing when they agree. */
export function findViolations(query: Query, eventId: string): Promise<unknown[]> {
  return query(FIND_VIOLATIONS, [eventId]);
}

/** Number of deadlocks in this database. A connection reports its own when it ends at the latest. */
export async function countDeadlocks(query: Query): Promise<number> {
  const [row] = await query('SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
  return Number((row as { deadlocks: string }).deadlocks);
}
