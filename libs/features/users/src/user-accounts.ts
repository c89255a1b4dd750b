import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { found } from '@gatehouse/http';
import { refuseDuplicate } from './user-conflict.js';
import { User } from './user.entity.js';

/**
 * Changes to accounts by other features, each in the caller's transaction. After the commit, and before it responds,
 * the caller publishes `USER_CHANGED`.
 */
@Injectable()
export class UserAccounts {
  /**
   * Finds an account and locks it until the transaction ends. Lock it before any row that belongs to it.
   * @param by the id, or the email in its stored form
   */
  async lock(by: { id: string } | { email: string }, manager: EntityManager): Promise<User | undefined> {
    const user = await manager.findOne(User, { where: by, lock: { mode: 'pessimistic_write' } });
    return user ?? undefined;
  }

  /**
   * Replaces the password, which ends every session of the user.
   * @param user locked
   * @param passwordHash computed before the transaction, since it takes long
   * @returns the new credentials version: sessions and keys moved to it stay valid
   */
  async setPassword(
    { id, credentialsVersion }: Pick<User, 'id' | 'credentialsVersion'>,
    passwordHash: string,
    manager: EntityManager,
  ): Promise<number> {
    const version = credentialsVersion + 1;
    await manager.update(User, id, { passwordHash, credentialsVersion: version });
    return version;
  }

  async markEmailVerified(id: string, manager: EntityManager): Promise<void> {
    await manager.update(User, id, { emailVerifiedAt: () => 'now()' });
  }

  /**
   * Replaces the address by one that its owner has confirmed.
   *
   * @throws {ConflictProblem} when another user has it
   */
  async changeEmail(id: string, email: string, manager: EntityManager): Promise<void> {
    await manager.update(User, id, { email, emailVerifiedAt: () => 'now()' }).catch(refuseDuplicate);
  }
}

/**
 * Checks that a user exists, and keeps it until the transaction ends.
 *
 * @throws {NotFoundProblem}
 */
export async function requireUser(id: string, manager: EntityManager): Promise<void> {
  const lock = { mode: 'for_key_share' } as const;
  found(await manager.findOne(User, { select: { id: true }, where: { id }, lock }), `User ${id}`);
}
