/** Topic of the process bus: the session of this id is over, so forget what you know of it. */
export const SESSION_REVOKED = 'session-revoked';

/** Topic of the process bus: all sessions of the user of this id are over. */
export const SESSIONS_REVOKED = 'sessions-revoked';

/** Topic of the process bus: the API key of this id was deleted, so forget what you know of it. */
export const API_KEY_DELETED = 'api-key-deleted';
