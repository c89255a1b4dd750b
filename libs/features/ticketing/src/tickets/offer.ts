import type { DataSource } from 'typeorm';
import { found } from '@gatehouse/http';

interface Limits {
  disabled: boolean;
  quota: number | null;
  used: number;
  userQuota: number | null;
  /** Places that the buyer already holds; 0 when no quota requires it. */
  userUsed: number;
}

/** An offer to a buyer: a category for a session, with everything that determines whether it can be sold. */
export interface Offer {
  eventId: string;
  organiserId: string;
  categoryId: string;
  sessionId: string;
  /** Description shown to the payer. */
  description: string;
  priceCents: number;
  currency: string;
  isOpen: boolean;
  isClosed: boolean;
  sessionIsOfEvent: boolean;
  sessionIsOfCategory: boolean;
  /** Whether the buyer is in the required group, if any. */
  isMember: boolean;
  /** Unpaid tickets of the event that the buyer holds; 0 for a free category. */
  unpaid: number;
  /** Whether expired unpaid tickets still occupy places of a full counter in the database. */
  hasExpired: boolean;
  event: Limits;
  category: Limits;
  session: Limits;
}

/**
 * A single statement with one snapshot. The buyer's tickets and expired ones are counted only where needed, and
 * looked up by buyer or time (OFFSET 0): the planner could otherwise scan all tickets of an event whose statistics
 * are missing. An expired ticket that the database still counts no longer counts as held.
 */
const FIND_OFFER = `
  SELECT
    c.id AS "categoryId", s.id AS "sessionId", e.id AS "eventId", e.organiser_id AS "organiserId",
    concat_ws(' – ', e.name, s.name, c.name) AS description, c.price_cents AS "priceCents", c.currency,
    e.open_date <= now() AS "isOpen", coalesce(e.close_date < now(), false) AS "isClosed",
    s.event_id = c.event_id AS "sessionIsOfEvent",
    NOT EXISTS (SELECT FROM ticketing_category_sessions WHERE category_id = c.id)
      OR EXISTS (SELECT FROM ticketing_category_sessions WHERE category_id = c.id AND session_id = s.id)
      AS "sessionIsOfCategory",
    c.required_group_id IS NULL
      OR EXISTS (SELECT FROM group_members WHERE group_id = c.required_group_id AND user_id = $3)
      AS "isMember",
    held.unpaid, held.expired + expired.of_event > 0 AS "hasExpired",
    json_build_object('disabled', e.disabled, 'quota', e.quota, 'used', e.used_quota - expired.of_event,
      'userQuota', e.user_quota, 'userUsed', held.of_event) AS event,
    json_build_object('disabled', c.disabled, 'quota', c.quota, 'used', c.used_quota - expired.of_category,
      'userQuota', c.user_quota, 'userUsed', held.of_category) AS category,
    json_build_object('disabled', s.disabled, 'quota', s.quota, 'used', s.used_quota - expired.of_session,
      'userQuota', s.user_quota, 'userUsed', held.of_session) AS session
  FROM (SELECT $1::uuid AS category_id, $2::uuid AS session_id) wanted
  LEFT JOIN ticketing_categories c ON c.id = wanted.category_id
  LEFT JOIN ticketing_events e ON e.id = c.event_id
  LEFT JOIN ticketing_sessions s ON s.id = wanted.session_id
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.holds) AS of_event,
      count(*) FILTER (WHERE t.holds AND t.category_id = c.id) AS of_category,
      count(*) FILTER (WHERE t.holds AND t.session_id = s.id) AS of_session,
      count(*) FILTER (WHERE t.holds AND t.status = 'pending')::integer AS unpaid,
      count(*) FILTER (WHERE NOT t.holds) AS expired
    FROM (
      SELECT event_id, category_id, session_id, status, status = 'confirmed' OR expires_at > now() AS holds
      FROM ticketing_tickets
      WHERE user_id = $3::uuid AND status IN ('pending', 'confirmed')
        AND (c.price_cents > 0 OR num_nonnulls(e.user_quota, c.user_quota, s.user_quota) > 0)
      OFFSET 0
    ) t
    WHERE t.event_id = e.id
  ) held
  CROSS JOIN LATERAL (
    SELECT count(*) AS of_event,
      count(*) FILTER (WHERE t.category_id = c.id) AS of_category,
      count(*) FILTER (WHERE t.session_id = s.id) AS of_session
    FROM (
      SELECT event_id, category_id, session_id FROM ticketing_tickets
      WHERE status = 'pending' AND expires_at <= now()
        AND (e.used_quota >= e.quota OR c.used_quota >= c.quota OR s.used_quota >= s.quota)
      OFFSET 0
    ) t
    WHERE t.event_id = e.id
  ) expired`;

/** @throws {NotFoundProblem} for an unknown category or session */
export async function findOffer(
  dataSource: DataSource,
  categoryId: string,
  sessionId: string,
  userId: string,
): Promise<Offer> {
  const [offer] = await dataSource.query<[Offer]>(FIND_OFFER, [categoryId, sessionId, userId]);
  found(offer.categoryId, 'Category');
  found(offer.sessionId, 'Session');
  return offer;
}
