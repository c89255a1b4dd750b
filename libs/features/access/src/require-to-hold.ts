import { ForbiddenProblem, Principal } from '@gatehouse/http';

/**
 * Nobody gives what they do not hold. Permissions that no feature declares now count too, since a later version may
 * declare them again; an administrator holds them like all others.
 *
 * @throws {ForbiddenProblem}
 */
export function requireToHold(caller: Principal, permissions: readonly string[]): void {
  const isAdministrator = caller.role === 'admin' && caller.apiKeyId === undefined;
  if (!isAdministrator && !permissions.every((name) => caller.can(name))) throw new ForbiddenProblem();
}
