import { ForbiddenProblem, Principal } from '@gatehouse/http';

/**
 * Callers grant and revoke only permissions that they hold. Permissions that no feature declares now count too, since a
 * later version may declare them again; an administrator holds them like all others.
 *
 * @throws {ForbiddenProblem}
 */
export function requireToHold(caller: Principal, permissions: readonly string[]): void {
  if (!isAdministrator(caller) && !permissions.every((name) => caller.can(name)))
    throw new ForbiddenProblem();
}

/** API keys never count as administrators: they have permissions of their owner, but never the role. */
export function isAdministrator({ role, apiKeyId }: Principal): boolean {
  return role === 'admin' && apiKeyId === undefined;
}
