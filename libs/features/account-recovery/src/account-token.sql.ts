/**
 * A token is valid until it expires, is used or replaced by a newer one, the user's password or address changes, or
 * the user is disabled. Rows are locked in the order user, token.
 */

/** Serialises the counting and issuing of mails per address. $1 the address. */
export const LOCK_ADDRESS = `SELECT pg_advisory_xact_lock(hashtextextended('account mail to ' || $1, 0))`;

/**
 * $1 hash, $2 user id, locked, $3 purpose, $4 address, locked, $5 minutes that it is good for. Returns a row unless
 * the address was sent one of the purpose in the last minute, or five in the last hour. Older ones of the user die.
 * A used one does not count: its user reads the mails.
 */
export const ISSUE = `
  WITH recent AS (
    SELECT count(*) AS in_hour, count(*) FILTER (WHERE created_at > now() - interval '1 minute') AS in_minute
    FROM account_tokens WHERE email = $4 AND purpose = $3 AND created_at > now() - interval '1 hour'
  ), account AS (
    SELECT id, email, credentials_version FROM users, recent
    WHERE id = $2 AND in_minute = 0 AND in_hour < 5
  ), superseded AS (
    UPDATE account_tokens SET expires_at = created_at FROM account
    WHERE user_id = account.id AND purpose = $3 AND expires_at > now()
  ), issued AS (
    INSERT INTO account_tokens
      (token_hash, user_id, purpose, email, account_email, credentials_version, expires_at)
    SELECT $1::bytea, id, $3, $4, email, credentials_version, now() + make_interval(mins => $5) FROM account
    RETURNING user_id
  )
  SELECT user_id FROM issued`;

/** Removes invalid tokens that no longer count, and requests that could not be sent for a day. */
export const FORGET = `
  WITH requests AS (
    DELETE FROM link_requests WHERE created_at <= now() - interval '1 day'
  )
  DELETE FROM account_tokens WHERE token_hash IN (
    SELECT token_hash FROM account_tokens
    WHERE expires_at <= now() AND created_at <= now() - interval '1 hour' FOR UPDATE SKIP LOCKED
  )`;

const IS_GOOD = `
  token_hash = $1 AND purpose = ANY($2) AND expires_at > now() AND is_active
  AND account_email = users.email AND account_tokens.credentials_version = users.credentials_version`;

/** $1 hash, $2 purposes. Returns a row when the token is valid, without using it. */
export const FIND = `SELECT user_id FROM account_tokens JOIN users ON users.id = user_id WHERE ${IS_GOOD}`;

/** $1 hash, $2 purposes. Uses the token and returns its details, once; the user is locked from then on. */
export const REDEEM = `
  WITH account AS (
    SELECT users.id, username, users.email, users.credentials_version
    FROM account_tokens JOIN users ON users.id = user_id WHERE ${IS_GOOD}
    FOR UPDATE OF users
  ), redeemed AS (
    DELETE FROM account_tokens USING account
    WHERE token_hash = $1 AND user_id = account.id AND expires_at > now()
    RETURNING purpose, account_tokens.email AS proven, account.*
  )
  SELECT id, username, email, credentials_version AS "credentialsVersion", purpose, proven FROM redeemed`;
