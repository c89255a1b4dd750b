import type { EntityManager } from 'typeorm';
import { isAdministrator } from '@gatehouse/groups';
import { ForbiddenProblem, type Principal } from '@gatehouse/http';
import { type MemberRight, OrganiserMember } from '../entities/organiser-member.entity.js';

export const ACCESS = 'ticketing.access';
export const MANAGE_EVENTS = 'ticketing.manage-events';

/**
 * Whether the caller manages the organiser's events: has the permission and is a member with `manage`, or is an
 * admin.
 */
export async function mayManage(
  caller: Principal,
  organiserId: string,
  manager: EntityManager,
): Promise<boolean> {
  if (isAdministrator(caller)) return true;
  return caller.can(MANAGE_EVENTS) && hasRight(caller, organiserId, 'manage', manager);
}

/** Whether the caller scans the organiser's tickets: is a member with `scan`, or an admin. */
export async function mayScan(
  caller: Principal,
  organiserId: string,
  manager: EntityManager,
): Promise<boolean> {
  return isAdministrator(caller) || hasRight(caller, organiserId, 'scan', manager);
}

/** @throws {ForbiddenProblem} unless the caller manages the organiser's events */
export async function requireManager(
  caller: Principal,
  organiserId: string,
  manager: EntityManager,
): Promise<void> {
  if (!(await mayManage(caller, organiserId, manager))) throw new ForbiddenProblem();
}

function hasRight(
  { id: userId }: Principal,
  organiserId: string,
  right: MemberRight,
  manager: EntityManager,
): Promise<boolean> {
  const rights = right === 'manage' ? { canManage: true } : { canScan: true };
  return manager.existsBy(OrganiserMember, { organiserId, userId, ...rights });
}
