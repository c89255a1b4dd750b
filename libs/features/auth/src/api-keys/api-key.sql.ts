import { CALLER_COLUMNS } from '../principal-factory.js';

/** $1 user id. Until the transaction ends, no other one makes a key for the user. */
export const LOCK_OWNER = `
  SELECT id, username, email, credentials_version AS "credentialsVersion" FROM users WHERE id = $1 AND is_active FOR NO KEY UPDATE`;

/** $1 user id. Deletes the keys that cannot be used any more. */
export const FORGET_DEAD_KEYS = `
  DELETE FROM api_keys USING users WHERE user_id = $1 AND users.id = user_id
    AND (expires_at <= now() OR users.credentials_version <> api_keys.credentials_version)`;

/** $1 hash of a key. Records the use of an unexpired key of an active owner, and returns it with its owner. */
export const USE_API_KEY = `
  WITH used AS (
    UPDATE api_keys SET last_used_at = now() FROM users
    WHERE key_hash = $1 AND (expires_at IS NULL OR expires_at > now()) AND users.id = user_id AND is_active
      AND users.credentials_version = api_keys.credentials_version
    RETURNING api_keys.id AS "apiKeyId", permissions AS scope, expires_at AS "expiresAt", users.id, username, role
  )
  SELECT "apiKeyId", scope, "expiresAt", ${CALLER_COLUMNS} FROM used u`;
