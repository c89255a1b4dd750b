import { type EntityManager, IsNull } from 'typeorm';
import { ApiKey } from './api-keys/api-key.entity.js';
import { Session } from './sessions/session.entity.js';

/** Versions of the user's credentials before and after a password change. */
export interface NewVersion {
  before: number;
  after: number;
}

/**
 * Keeps one session and the API keys of a user valid with the new password, in the transaction that sets it. All
 * other sessions end.
 * @param sessionId id of the session to keep; `undefined` for none
 */
export async function keepSession(
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
