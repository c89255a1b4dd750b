import { Injectable, OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { GroupAuthority, isAdministrator } from '@gatehouse/groups';
import { ForbiddenProblem, type Principal } from '@gatehouse/http';
import { AuthorityRules } from '@gatehouse/users';
import { OrganiserMember } from '../entities/organiser.entity.js';

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
  const member = { organiserId, userId: caller.id, canManage: true };
  return caller.can(MANAGE_EVENTS) && manager.existsBy(OrganiserMember, member);
}

/** Whether the caller scans the organiser's tickets: is a member with `scan`, or an admin. */
export async function mayScan(
  caller: Principal,
  organiserId: string,
  manager: EntityManager,
): Promise<boolean> {
  const member = { organiserId, userId: caller.id, canScan: true };
  return isAdministrator(caller) || manager.existsBy(OrganiserMember, member);
}

/** @throws {ForbiddenProblem} unless the caller manages the organiser's events */
export async function requireManager(
  caller: Principal,
  organiserId: string,
  manager: EntityManager,
): Promise<void> {
  if (!(await mayManage(caller, organiserId, manager))) throw new ForbiddenProblem();
}

/** $1: the user, $2: the caller. */
const IS_MEMBER_WHERE_CALLER_IS_NOT = `
  SELECT FROM ticketing_organiser_members held WHERE user_id = $1 AND NOT EXISTS (
    SELECT FROM ticketing_organiser_members own
    WHERE own.organiser_id = held.organiser_id AND own.user_id = $2
      AND own.can_manage >= held.can_manage AND own.can_scan >= held.can_scan
  ) LIMIT 1`;

/** Rights of organiser members count like permissions: callers without them may not manage the accounts that have them. */
@Injectable()
export class TicketingAuthority implements OnModuleInit {
  constructor(
    private readonly rules: AuthorityRules,
    private readonly groups: GroupAuthority,
  ) {}

  onModuleInit(): void {
    this.rules.add(async (caller, userId, manager) => {
      if (isAdministrator(caller)) return;
      const held = await manager.query<unknown[]>(IS_MEMBER_WHERE_CALLER_IS_NOT, [userId, caller.id]);
      if (held.length > 0) throw new ForbiddenProblem();
    });
    this.groups.addUse(async (groupIds, manager) => {
      const rows = await manager.query<{ id: string }[]>(
        'SELECT DISTINCT required_group_id AS id FROM ticketing_categories WHERE required_group_id = ANY($1)',
        [groupIds],
      );
      return rows.map(({ id }) => id);
    });
  }
}
