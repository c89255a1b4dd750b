const holdsPlace = (ticket: string): string => `${ticket}.status IN ('pending', 'confirmed')`;

/**
 * Takes places in every counter, or releases them (a negative change). The row of the event comes first and locks
 * everything that follows: of two transactions on one event, the second waits here without holding a counter, and
 * then sees what the first has committed, including the tickets of `users`, the users whose places increase. A user's
 * unpaid tickets are limited to `ticketing.max_unpaid`, which a selling transaction sets. Tickets are looked up by
 * user regardless of the planner's estimate: the statistics of an event on sale lag behind, and it would scan all
 * tickets of the event for each sale. OFFSET 0 prevents that.
 */
const CHANGE_PLACES = `
  CREATE FUNCTION ticketing_change_places(event uuid, category uuid, session uuid, change integer, users uuid[])
  RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    event_limit integer;
    category_limit integer;
    session_limit integer;
    unpaid_limit integer := nullif(current_setting('ticketing.max_unpaid', true), '');
  BEGIN
    UPDATE ticketing_events SET used_quota = used_quota + change
      WHERE id = event AND (change <= 0 OR quota IS NULL OR used_quota + change <= quota)
      RETURNING user_quota INTO event_limit;
    IF NOT FOUND THEN RAISE check_violation USING CONSTRAINT = 'ticketing_no_place'; END IF;
    UPDATE ticketing_categories SET used_quota = used_quota + change
      WHERE id = category AND (change <= 0 OR quota IS NULL OR used_quota + change <= quota)
      RETURNING user_quota INTO category_limit;
    IF NOT FOUND THEN RAISE check_violation USING CONSTRAINT = 'ticketing_no_place'; END IF;
    UPDATE ticketing_sessions SET used_quota = used_quota + change
      WHERE id = session AND (change <= 0 OR quota IS NULL OR used_quota + change <= quota)
      RETURNING user_quota INTO session_limit;
    IF NOT FOUND THEN RAISE check_violation USING CONSTRAINT = 'ticketing_no_place'; END IF;

    IF users IS NULL OR coalesce(event_limit, category_limit, session_limit, unpaid_limit) IS NULL THEN RETURN; END IF;
    PERFORM FROM (
        SELECT * FROM ticketing_tickets ticket
        WHERE user_id = ANY (users) AND ${holdsPlace('ticket')} OFFSET 0
      ) held
      WHERE event_id = event
      GROUP BY user_id
      HAVING count(*) > event_limit
        OR count(*) FILTER (WHERE status = 'pending') > unpaid_limit
        OR count(*) FILTER (WHERE category_id = category) > category_limit
        OR count(*) FILTER (WHERE session_id = session) > session_limit;
    IF FOUND THEN RAISE check_violation USING CONSTRAINT = 'ticketing_no_place'; END IF;
  END $$`;

/**
 * Signed changes of a statement, from the rows before and after it, ordered by event in case there are several.
 * `users` are those with more places than before, if any. Without joins, whose plan would be made for one row.
 */
const change = (...rows: string[]): string => `
      PERFORM ticketing_change_places(event_id, category_id, session_id, places, users) FROM (
        SELECT event_id, category_id, session_id, sum(sign)::integer AS places,
          array_agg(user_id) FILTER (WHERE sign > 0 AND user_id IS NOT NULL) AS users
        FROM (
          SELECT event_id, category_id, session_id, user_id, sum(sign) AS sign FROM (${rows.join(' UNION ALL ')}) rows
          GROUP BY event_id, category_id, session_id, user_id
          HAVING sum(sign) <> 0
        ) of_users
        GROUP BY event_id, category_id, session_id
        HAVING sum(sign) <> 0 OR count(user_id) FILTER (WHERE sign > 0) > 0
        ORDER BY event_id, category_id, session_id
      ) changes;`;

const held = (table: 'before' | 'after', sign: 1 | -1): string => `
            SELECT event_id, category_id, session_id, user_id, ${sign} AS sign FROM ${table}
            WHERE ${holdsPlace(table)}`;

const COUNT_PLACES_OF_STATEMENT = `
  CREATE FUNCTION ticketing_count_places() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'INSERT' THEN
      ${change(held('after', 1))}
    ELSIF TG_OP = 'DELETE' THEN
      ${change(held('before', -1))}
    ELSE
      ${change(held('before', -1), held('after', 1))}
    END IF;
    RETURN NULL;
  END $$`;

const TRIGGERS = `
  CREATE TRIGGER ticketing_count_new_places AFTER INSERT ON ticketing_tickets
    REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION ticketing_count_places();
  CREATE TRIGGER ticketing_count_changed_places AFTER UPDATE ON ticketing_tickets
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION ticketing_count_places();
  CREATE TRIGGER ticketing_count_lost_places AFTER DELETE ON ticketing_tickets
    REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION ticketing_count_places()`;

/**
 * The counters change once per statement, so that a batch of forty creates one new version of each counter's row
 * rather than forty. They are locked from the end of that statement until COMMIT.
 */
export const COUNT_PLACES = [CHANGE_PLACES, COUNT_PLACES_OF_STATEMENT, TRIGGERS].join(';');
