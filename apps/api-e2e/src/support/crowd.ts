import { randomUUID } from 'node:crypto';
import type { Query } from '@gatehouse/ticketing/testing';
import { v7 as uuidv7 } from 'uuid';
import { JWT_SECRET } from './api-process.js';
import { forge, hmac, parseToken } from './forge.js';

/** A user who is logged in. */
export interface Buyer {
  id: string;
  token: string;
}

const LOG_IN = `
  WITH made AS (
    INSERT INTO users (id, username, email, password_hash)
    SELECT id, 'buyer-' || id, 'buyer-' || id || '@example.com', '-' FROM unnest($1::uuid[]) AS id
    RETURNING id
  )
  INSERT INTO sessions (id, user_id, credentials_version, expires_at)
  SELECT session_id, user_id, 1, now() + interval '1 day' FROM unnest($1::uuid[], $2::uuid[]) AS pair (user_id, session_id)`;

/**
 * Many users, each with a log-in of its own: rows as a log-in makes them, and tokens as it signs them, so that each is
 * checked as any other.
 *
 * @param example a token of the processes that they are for, which says how a token looks
 */
export async function makeCrowd(query: Query, size: number, example: string): Promise<Buyer[]> {
  const { header, claims } = parseToken(example);
  const logins = Array.from({ length: size }, () => ({ sub: uuidv7(), sid: uuidv7() }));
  await query(LOG_IN, [logins.map(({ sub }) => sub), logins.map(({ sid }) => sid)]);
  const sign = hmac(JWT_SECRET);
  return logins.map(({ sub, sid }) => ({
    id: sub,
    token: forge(header, { ...claims, sub, sid, jti: randomUUID() }, sign),
  }));
}
