import { Injectable, OnModuleInit } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { ForbiddenProblem, type Principal } from '@gatehouse/http';
import { AuthorityRules } from '@gatehouse/users';
import { GroupMember } from './group-member.entity.js';
import { PermissionGrant } from './permission.entity.js';

/** @returns which of the groups give their members access to something besides granted permissions */
export type GroupUse = (groupIds: readonly string[], manager: EntityManager) => Promise<readonly string[]>;

/** API keys never count as administrators: they have permissions of their owner, but never the role. */
export function isAdministrator({ role, apiKeyId }: Principal): boolean {
  return role === 'admin' && apiKeyId === undefined;
}

/**
 * Callers grant and revoke only permissions that they hold. Permissions that no feature declares now count too, since a
 * later version may declare them again; an administrator holds them like all others.
 *
 * @throws {ForbiddenProblem}
 */
export function requireToHold(caller: Principal, permissions: readonly string[]): void {
  const holds = isAdministrator(caller) || permissions.every((name) => caller.can(name));
  if (!holds) throw new ForbiddenProblem();
}

/**
 * A caller may not manage a user whose groups hold permissions that the caller lacks: with a new password or email the
 * caller would gain them. Nor such a group, or its members. Permissions by role are bounded by the order of the roles.
 */
@Injectable()
export class GroupAuthority implements OnModuleInit {
  private readonly uses: GroupUse[] = [];

  constructor(private readonly rules: AuthorityRules) {}

  onModuleInit(): void {
    this.rules.add(async (caller, userId, manager) => {
      const groups = await manager.findBy(GroupMember, { userId });
      const ids = groups.map(({ groupId }) => groupId);
      await this.require(ids, caller, manager);
    });
  }

  /** Lets a feature report groups that give access to something. */
  addUse(use: GroupUse): void {
    this.uses.push(use);
  }

  /**
   * Requires that the caller has the permissions of the groups, and is a member of those that give access to
   * something.
   * @param manager manager of the transaction that changes a group, its members, or one of them
   * @throws {ForbiddenProblem}
   */
  async require(groupIds: readonly string[], caller: Principal, manager: EntityManager): Promise<void> {
    if (groupIds.length === 0 || isAdministrator(caller)) return;
    const grants = await manager.findBy(PermissionGrant, { groupId: In(groupIds) });
    const names = grants.map(({ permission }) => permission);
    requireToHold(caller, names);
    const opening = (await Promise.all(this.uses.map((use) => use(groupIds, manager)))).flat();
    const own = await manager.countBy(GroupMember, { userId: caller.id, groupId: In(opening) });
    if (own < new Set(opening).size) throw new ForbiddenProblem();
  }
}
