import { CALLER_COLUMNS } from './callers.js';

/**
 * Each change of a session is one statement, so that it happens as a whole or not at all, whatever else happens at
 * the same moment. A session is good while its user is active and has the credentials of the log-in, it was not
 * revoked, and it has not expired.
 *
 * Rows are locked in the order user, session, refresh token, as they are when a user is deleted: no two of these
 * can wait for each other.
 */

/**
 * $1 session id, $2 user id, $3 the user's credentials version when the password was checked, $4 hash of the refresh
 * token, $5 days. Returns a row unless the user has changed since. Expired sessions of the user are cleaned up.
 */
export const OPEN_SESSION = `
  WITH account AS (
    SELECT id, credentials_version FROM users
    WHERE id = $2 AND is_active AND credentials_version = $3 FOR KEY SHARE
  ), expired AS (
    DELETE FROM sessions USING account WHERE user_id = account.id AND expires_at < now()
  ), opened AS (
    INSERT INTO sessions (id, user_id, credentials_version, expires_at)
    SELECT $1::uuid, id, credentials_version, now() + make_interval(days => $5) FROM account
    RETURNING id
  )
  INSERT INTO refresh_tokens (token_hash, session_id) SELECT $4, id FROM opened RETURNING session_id`;

/**
 * $1 hash of the token to spend, $2 hash of its successor, $3 days. Returns the session's `id` and `userId` when the
 * exchange succeeds. Spent tokens that would have expired by now are forgotten.
 */
export const ROTATE = `
  WITH family AS (
    SELECT sessions.id FROM sessions JOIN refresh_tokens ON session_id = sessions.id
    WHERE token_hash = $1 FOR UPDATE OF sessions
  ), spent AS (
    UPDATE refresh_tokens SET spent_at = now() FROM family
    WHERE token_hash = $1 AND session_id = family.id AND spent_at IS NULL
    RETURNING session_id
  ), renewed AS (
    UPDATE sessions SET last_used_at = now(), expires_at = now() + make_interval(days => $3)
    FROM spent, users
    WHERE sessions.id = spent.session_id AND revoked_at IS NULL AND expires_at > now()
      AND users.id = user_id AND is_active AND users.credentials_version = sessions.credentials_version
    RETURNING sessions.id, user_id
  ), forgotten AS (
    DELETE FROM refresh_tokens USING renewed
    WHERE session_id = renewed.id AND spent_at < now() - make_interval(days => $3)
  ), successor AS (
    INSERT INTO refresh_tokens (token_hash, session_id) SELECT $2, id FROM renewed
  )
  SELECT id, user_id AS "userId" FROM renewed`;

/** $1 hash of a refresh token. Returns the `id` of the session that this ends, if the token is a spent one. */
export const REVOKE_FAMILY_OF_SPENT = `
  WITH revoked AS (
    UPDATE sessions SET revoked_at = now() FROM refresh_tokens
    WHERE token_hash = $1 AND spent_at IS NOT NULL AND sessions.id = session_id AND revoked_at IS NULL
    RETURNING id
  )
  SELECT id FROM revoked`;

/** $1 session id. */
export const REVOKE_SESSION = `UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL`;

/**
 * $1 user id, $2 session id. Always returns one row: the user and the permissions held, with nulls when there is
 * none, and whether the session is good.
 */
export const FIND_CALLER = `
  SELECT ${CALLER_COLUMNS},
    coalesce(u.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
      AND s.credentials_version = u.credentials_version, false) AS "isGood"
  FROM (VALUES ($1::uuid, $2::uuid)) AS token (user_id, session_id)
  LEFT JOIN users u ON u.id = token.user_id
  LEFT JOIN sessions s ON s.id = token.session_id AND s.user_id = u.id`;
