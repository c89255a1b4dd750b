/** Process bus topic: the session with this id has ended; its cached principals are invalid. */
export const SESSION_REVOKED = 'session-revoked';

/** Process bus topic: all sessions of the user with this id have ended. */
export const SESSIONS_REVOKED = 'sessions-revoked';

/** Process bus topic: the API key with this id was deleted; its cached principal is invalid. */
export const API_KEY_DELETED = 'api-key-deleted';
