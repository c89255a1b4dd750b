import { randomUUID } from 'node:crypto';
import type { Query } from '@gatehouse/ticketing/testing';
import { v7 as uuidv7 } from 'uuid';
import { JWT_SECRET } from '../support/api-process.js';
import { forge, hmac, parseToken } from '../support/forge.js';

/** A logged-in user. */
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
 * Creates many users with a session and a valid token each, without the cost of as many log-ins.
 * @param example token issued by the application, as a template
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
