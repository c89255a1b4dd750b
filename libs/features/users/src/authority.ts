import { ForbiddenProblem, Principal } from '@gatehouse/http';
import { Role, roles } from './roles.js';
import type { User } from './user.entity.js';

/** 0 is the most powerful. */
const rankOf = (role: string): number => roles.indexOf(role as Role);

/**
 * Whoever manages users, by whatever grant, manages those of no higher role than the own, and gives no higher one:
 * so nobody raises the own role, directly or by way of another account.
 * An API key has no role: what its owner could do by rank it cannot.
 *
 * @throws {ForbiddenProblem}
 */
export function requireAuthority(caller: Principal, ...over: (Pick<User, 'role'> | undefined)[]): void {
  const own = rankOf(caller.apiKeyId ? 'user' : caller.role);
  if (over.some((user) => user && rankOf(user.role) < own)) throw new ForbiddenProblem();
}
