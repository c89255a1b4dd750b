import { type EntityManager, IsNull } from 'typeorm';
import { ApiKey } from './api-keys/api-key.entity.js';
import { Session } from './sessions/session.entity.js';

/** Versions of the user's credentials, before and after a change of the password. */
export interface NewVersion {
  before: number;
  after: number;
}

/**
 * Lets one log-in and the API keys of a user live on with the new password, in the transaction that sets it. All other
 * log-ins are over with it.
 *
 * @param sessionId of the log-in; `undefined` for none
 */
export async function carryOver(
  userId: string,
  sessionId: string | undefined,
  { before, after }: NewVersion,
  manager: EntityManager,
): Promise<void> {
  const old = { userId, credentialsVersion: before };
  const renewed = { credentialsVersion: after };
  if (sessionId) await manager.update(Session, { ...old, id: sessionId, revokedAt: IsNull() }, renewed);
  await manager.update(ApiKey, old, renewed);
}
