import type { CallerChange } from '@gatehouse/authentication';
import { GRANTS_CHANGED } from '@gatehouse/groups';
import { USER_CHANGED } from '@gatehouse/users';
import { API_KEY_DELETED } from './api-keys/api-key.entity.js';
import { SESSION_REVOKED, SESSIONS_REVOKED } from './sessions/session.entity.js';

/** After each of these, a caller who was identified before may have other rights, or none. */
export const callerChanges: readonly CallerChange[] = [
  { topic: SESSION_REVOKED, concerns: (caller, sessionId) => caller.sessionId === sessionId },
  { topic: SESSIONS_REVOKED, concerns: (caller, userId) => caller.id === userId },
  { topic: USER_CHANGED, concerns: (caller, userId) => caller.id === userId },
  { topic: API_KEY_DELETED, concerns: (caller, keyId) => caller.apiKeyId === keyId },
  { topic: GRANTS_CHANGED, concerns: () => true },
];
