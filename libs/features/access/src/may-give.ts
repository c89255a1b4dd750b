import type { EntityManager } from 'typeorm';
import { ForbiddenProblem, Principal } from '@gatehouse/http';
import { PermissionGrant } from './permission-grant.entity.js';

/**
 * Nobody gives what they do not hold: whoever makes somebody a member of a group holds all that the group does.
 * Grants of permissions that no feature declares now count too, since a later version may declare them again.
 *
 * @throws {ForbiddenProblem}
 */
export async function requireToHoldAllOf(
  groupId: string,
  caller: Principal,
  manager: EntityManager,
): Promise<void> {
  if (caller.role === 'admin') return;
  const grants = await manager.findBy(PermissionGrant, { groupId });
  if (!grants.every(({ permission }) => caller.can(permission))) throw new ForbiddenProblem();
}
