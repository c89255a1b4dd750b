import type { EntityManager } from 'typeorm';
import { BusinessRuleProblem } from '@gatehouse/http';
import { User } from './user.entity.js';

type Power = Pick<User, 'role' | 'isActive'>;

/**
 * Locks the active administrators until the transaction ends, ordered by id: of two that demote each other
 * concurrently, the second sees the change of the first. Lock them before any other user.
 */
export async function lockAdministrators(manager: EntityManager): Promise<string[]> {
  const administrators = await manager.find(User, {
    select: { id: true },
    where: { role: 'admin', isActive: true },
    order: { id: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  });
  return administrators.map(({ id }) => id);
}

/**
 * @param administrators ids of the active ones, locked
 * @param after the user as it is to be; `undefined` when it is to be deleted
 * @throws {BusinessRuleProblem} when no active administrator would be left
 */
export function requireAdministratorAfter(
  administrators: readonly string[],
  id: string,
  after?: Power,
): void {
  const loses = administrators.includes(id) && !(after?.role === 'admin' && after.isActive);
  if (loses && administrators.length === 1) {
    throw new BusinessRuleProblem('The last active administrator cannot be deleted, disabled or demoted');
  }
}
