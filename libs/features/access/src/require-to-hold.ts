import type { EntityManager } from 'typeorm';
import { ForbiddenProblem, Principal } from '@gatehouse/http';
import { PermissionGrant } from './permission-grant.entity.js';

/**
 * Nobody gives, or takes, what they do not hold. Permissions that no feature declares now count too, since a later version may
 * declare them again; an administrator holds them like all others.
 *
 * @throws {ForbiddenProblem}
 */
export function requireToHold(caller: Principal, permissions: readonly string[]): void {
  const isAdministrator = caller.role === 'admin' && caller.apiKeyId === undefined;
  if (!isAdministrator && !permissions.every((name) => caller.can(name))) throw new ForbiddenProblem();
}

/**
 * The same, for all that a group holds.
 *
 * @param manager of the transaction that changes the group or its members
 * @throws {ForbiddenProblem}
 */
export async function requireToHoldAllOf(
  groupId: string,
  caller: Principal,
  manager: EntityManager,
): Promise<void> {
  const grants = await manager.findBy(PermissionGrant, { groupId });
  requireToHold(
    caller,
    grants.map(({ permission }) => permission),
  );
}
