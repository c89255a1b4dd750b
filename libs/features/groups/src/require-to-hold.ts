import { ForbiddenProblem, Principal } from '@gatehouse/http';

/**
 * Nobody gives, or takes, what they do not hold. Permissions that no feature declares now count too, since a later version may
 * declare them again; an administrator holds them like all others.
 *
 * @throws {ForbiddenProblem}
 */
export function requireToHold(caller: Principal, permissions: readonly string[]): void {
  if (!isAdministrator(caller) && !permissions.every((name) => caller.can(name)))
    throw new ForbiddenProblem();
}

/** An API key is none: it has permissions of its owner, but never the role. */
export function isAdministrator({ role, apiKeyId }: Principal): boolean {
  return role === 'admin' && apiKeyId === undefined;
}
