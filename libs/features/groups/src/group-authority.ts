import { Injectable, OnModuleInit } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { ForbiddenProblem, type Principal } from '@gatehouse/http';
import { AuthorityRules } from '@gatehouse/users';
import { GroupMember } from './group-member.entity.js';
import { PermissionGrant } from './permission-grant.entity.js';
import { isAdministrator, requireToHold } from './require-to-hold.js';

/** @returns which of the groups give their members access to something besides granted permissions */
export type GroupUse = (groupIds: readonly string[], manager: EntityManager) => Promise<readonly string[]>;

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
      await this.require(
        groups.map(({ groupId }) => groupId),
        caller,
        manager,
      );
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
    requireToHold(
      caller,
      grants.map(({ permission }) => permission),
    );
    const opening = (await Promise.all(this.uses.map((use) => use(groupIds, manager)))).flat();
    const own = await manager.countBy(GroupMember, { userId: caller.id, groupId: In(opening) });
    if (own < new Set(opening).size) throw new ForbiddenProblem();
  }
}
