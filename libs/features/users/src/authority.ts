import { ForbiddenProblem, Principal } from '@gatehouse/http';
import { Role, roles } from './roles.js';
import type { User } from './user.entity.js';

/** 0 is the most powerful. */
const rankOf = (role: string): number => roles.indexOf(role as Role);

/**
 * Callers who manage users, by whatever grant, manage only users of their own role or a lower one, and give no higher
 * role. So no caller can raise their own role, directly or through another account.
 * An API key has no role: what its owner could do by rank it cannot.
 *
 * @throws {ForbiddenProblem}
 */
export function requireAuthority(caller: Principal, ...over: (Pick<User, 'role'> | undefined)[]): void {
  const own = rankOf(caller.apiKeyId ? 'user' : caller.role);
  if (over.some((user) => user && rankOf(user.role) < own)) throw new ForbiddenProblem();
}
