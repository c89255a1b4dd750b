import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BusinessRuleProblem, ForbiddenProblem, type Principal } from '@gatehouse/http';
import { type Role, roles } from './roles.js';
import { User } from './user.entity.js';

/**
 * Throws when a caller may not manage a user.
 * @param manager manager of the transaction that changes the user, who is locked
 */
export type AuthorityRule = (caller: Principal, userId: string, manager: EntityManager) => Promise<void>;

/** 0 is the most powerful. */
const rankOf = (role: string): number => roles.indexOf(role as Role);

/** Who may manage whom: the hierarchy of roles, and the rules of other features. */
@Injectable()
export class AuthorityRules {
  private readonly rules: AuthorityRule[] = [];

  /** Restricts who may manage whom, in addition to the hierarchy of roles. */
  add(rule: AuthorityRule): void {
    this.rules.push(rule);
  }

  /** @throws {ForbiddenProblem} when the caller may not manage the user */
  async require(caller: Principal, user: User, manager: EntityManager): Promise<void> {
    requireRank(caller, user.role);
    for (const rule of this.rules) await rule(caller, user.id, manager);
  }
}

/**
 * Callers who manage users, by whatever grant, manage only users of their own role or a lower one, and give no higher
 * role. So no caller can raise their own role, directly or through another account.
 * An API key has no role: what its owner could do by rank it cannot.
 *
 * @throws {ForbiddenProblem}
 */
export function requireRank(caller: Principal, role: string): void {
  if (rankOf(role) < rankOf(caller.apiKeyId ? 'user' : caller.role)) throw new ForbiddenProblem();
}

/**
 * Locks the active administrators until the transaction ends, ordered by id: of two that demote each other
 * concurrently, the second sees the change of the first. Lock them before any other user.
 * @returns their ids
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
  after?: Pick<User, 'role' | 'isActive'>,
): void {
  const loses = administrators.includes(id) && !(after?.role === 'admin' && after.isActive);
  if (loses && administrators.length === 1) {
    throw new BusinessRuleProblem('The last active administrator cannot be deleted, disabled or demoted');
  }
}
