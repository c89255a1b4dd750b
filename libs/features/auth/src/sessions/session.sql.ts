import { CALLER_COLUMNS } from '../principal-factory.js';

/**
 * Each change of a session is a single statement, and thereby atomic under concurrency. Rows are locked in the order
 * user, session, refresh token, the same order as when a user is deleted, so no deadlock is possible. The user is
 * locked even when it is only read: a password change updates the user and one session together, and a statement that
 * waited for the user must not see the old session.
 */

/** Validity of a session joined with its user: not revoked, not expired, and the user's credentials unchanged. */
export const IS_GOOD = `(sessions.revoked_at IS NULL AND sessions.expires_at > now()
  AND users.is_active AND users.credentials_version = sessions.credentials_version)`;

/**
 * $1 session id, $2 user id, $3 the user's credentials version when the password was checked, $4 kind, $5 hash of the
 * cookie's secret or of the refresh token, $6 device, $7 address, $8 days. Returns a row unless the user has changed
 * since, with the number of sessions ended by the limit of 1,000 per user: revoked ones first, then the least
 * recently used.
 */
export const OPEN_SESSION = `
  WITH account AS (
    SELECT id, credentials_version FROM users
    WHERE id = $2 AND is_active AND credentials_version = $3 FOR KEY SHARE
  ), crowded AS (
    DELETE FROM sessions USING account WHERE user_id = account.id AND (expires_at < now() OR sessions.id IN (
      SELECT id FROM sessions WHERE user_id = $2
      ORDER BY revoked_at IS NULL DESC, last_used_at DESC, id DESC OFFSET 999
    )) RETURNING expires_at
  ), opened AS (
    INSERT INTO sessions (id, user_id, credentials_version, kind, secret_hash, device, address, expires_at)
    SELECT $1::uuid, id, credentials_version, $4::varchar, CASE WHEN $4 = 'cookie' THEN $5::bytea END, $6, $7,
      now() + make_interval(days => $8) FROM account
    RETURNING id, kind
  ), first_token AS (
    INSERT INTO refresh_tokens (token_hash, session_id) SELECT $5, id FROM opened WHERE kind = 'token'
  )
  SELECT id, (SELECT count(*)::integer FROM crowded WHERE expires_at > now()) AS crowded FROM opened`;

/** Deletes expired sessions, except those in use by another transaction. */
export const FORGET_SESSIONS = `
  DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < now() FOR UPDATE SKIP LOCKED)`;

/**
 * $1 hash of the cookie's secret, $2 device, $3 address, $4 days until an unused session expires, $5 maximum days.
 * Records the use of a valid session and returns it with its user.
 */
export const USE_COOKIE_SESSION = `
  WITH account AS (
    SELECT users.id, username, role, is_active, users.credentials_version
    FROM sessions JOIN users ON users.id = user_id WHERE secret_hash = $1 FOR SHARE OF users
  ), used AS (
    UPDATE sessions SET last_used_at = now(), device = $2, address = $3,
      expires_at = least(now() + make_interval(days => $4), sessions.created_at + make_interval(days => $5))
    FROM account AS users WHERE secret_hash = $1 AND users.id = user_id AND ${IS_GOOD}
    RETURNING sessions.id AS "sessionId", sessions.expires_at AS "expiresAt", users.id, username, role
  )
  SELECT "sessionId", "expiresAt", ${CALLER_COLUMNS} FROM used u`;

/** $1 user id. Valid sessions, most recently used first. */
export const LIST_SESSIONS = `
  SELECT sessions.id, kind, device, address, sessions.created_at AS "createdAt", last_used_at AS "lastUsedAt",
    expires_at AS "expiresAt"
  FROM sessions JOIN users ON users.id = user_id
  WHERE user_id = $1 AND ${IS_GOOD}
  ORDER BY last_used_at DESC, sessions.id DESC`;

/** $1 user id, $2 session id, or null for all sessions of the user. Returns the ids of the ended sessions. */
export const REVOKE_SESSIONS = `
  WITH live AS (
    SELECT id FROM sessions
    WHERE user_id = $1 AND ($2::uuid IS NULL OR id = $2) AND revoked_at IS NULL AND expires_at > now()
    ORDER BY id FOR UPDATE
  ), revoked AS (
    UPDATE sessions SET revoked_at = now() FROM live WHERE sessions.id = live.id RETURNING sessions.id
  )
  SELECT id FROM revoked`;

/** $1 hash of a cookie's secret. Returns `id` and `userId` of the ended session. */
export const REVOKE_COOKIE_SESSION = `
  WITH revoked AS (
    UPDATE sessions SET revoked_at = now()
    WHERE secret_hash = $1 AND revoked_at IS NULL AND expires_at > now() RETURNING id, user_id AS "userId"
  )
  SELECT * FROM revoked`;

/**
 * $1 user id, $2 session id. Always returns one row: the user with the held permissions, or nulls, and whether the
 * session is valid.
 */
export const FIND_CALLER = `
  SELECT ${CALLER_COLUMNS},
    coalesce(u.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
      AND s.credentials_version = u.credentials_version, false) AS "isGood"
  FROM (VALUES ($1::uuid, $2::uuid)) AS token (user_id, session_id)
  LEFT JOIN users u ON u.id = token.user_id
  LEFT JOIN sessions s ON s.id = token.session_id AND s.user_id = u.id`;
