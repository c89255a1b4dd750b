import { IS_GOOD } from '../sessions/session.sql.js';

/**
 * Exchanges use the clock time rather than the transaction time, since they may have waited for one another. For the
 * lock order see `session.sql.ts`.
 */

/**
 * $1 hash of the token to spend, $2 hash of its successor, $3 the sealed successor, $4 device, $5 address, $6 days
 * until an unused session expires, $7 maximum days. Returns the session's `id` and `userId` when the exchange
 * succeeds. Deletes expired spent tokens, those before the last 5,000 (a client that refreshes on expiry has fewer),
 * and the successor sealed with the previous token.
 */
export const ROTATE = `
  WITH account AS (
    SELECT users.id, is_active, users.credentials_version FROM refresh_tokens
    JOIN sessions ON sessions.id = session_id JOIN users ON users.id = user_id
    WHERE token_hash = $1 FOR SHARE OF users
  ), family AS (
    SELECT sessions.id FROM refresh_tokens
    JOIN sessions ON sessions.id = session_id JOIN account AS users ON users.id = user_id
    WHERE token_hash = $1 AND ${IS_GOOD} FOR UPDATE OF sessions
  ), spent AS (
    UPDATE refresh_tokens SET spent_at = clock_timestamp(), sealed_successor = $3 FROM family
    WHERE token_hash = $1 AND session_id = family.id AND spent_at IS NULL
    RETURNING session_id
  ), renewed AS (
    UPDATE sessions SET last_used_at = now(), device = $4, address = $5,
      expires_at = least(now() + make_interval(days => $6), created_at + make_interval(days => $7))
    FROM spent WHERE sessions.id = spent.session_id
    RETURNING sessions.id, user_id
  ), unsealed AS (
    UPDATE refresh_tokens SET sealed_successor = NULL FROM renewed
    WHERE session_id = renewed.id AND token_hash <> $1 AND sealed_successor IS NOT NULL
      AND spent_at >= now() - make_interval(days => $6)
  ), forgotten AS (
    DELETE FROM refresh_tokens USING renewed
    WHERE session_id = renewed.id AND spent_at < greatest(now() - make_interval(days => $6), (
      SELECT spent_at FROM refresh_tokens WHERE session_id = renewed.id AND spent_at IS NOT NULL
      ORDER BY spent_at DESC OFFSET 5000 LIMIT 1))
  ), successor AS (
    INSERT INTO refresh_tokens (token_hash, session_id) SELECT $2, id FROM renewed
  )
  SELECT id, user_id AS "userId" FROM renewed`;

/** $1 hash of a refresh token. Locks its session until the transaction ends. */
export const LOCK_FAMILY = `
  SELECT sessions.id FROM refresh_tokens JOIN sessions ON sessions.id = session_id
  WHERE token_hash = $1 FOR UPDATE OF sessions`;

/**
 * $1 hash of a refresh token, $2 device, $3 address, $4 seconds of grace and since the request arrived. Run it after
 * `LOCK_FAMILY`, as a separate statement: one that waited for the lock would not see the changes. Returns a spent
 * token's session, if valid, and its user; with the sealed successor when the request arrived before the first
 * response was sent, from the same device and address, and the successor is unspent. Delays can only make a request
 * seem to have arrived later.
 */
export const FIND_SPENT = `
  SELECT sessions.id, users.id AS "userId", username, email,
    CASE WHEN device = $2 AND address = $3
      AND statement_timestamp() < spent_at + make_interval(secs => $4)
    THEN sealed_successor END AS "sealedSuccessor"
  FROM refresh_tokens JOIN sessions ON sessions.id = session_id JOIN users ON users.id = user_id
  WHERE token_hash = $1 AND spent_at IS NOT NULL AND ${IS_GOOD}`;
