import { Injectable, OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '@gatehouse/http';
import { AuthorityRules } from '@gatehouse/users';
import { requireToHold } from './require-to-hold.js';

const HELD_BY_GROUPS = `
  SELECT permission FROM group_members JOIN permission_grants USING (group_id) WHERE user_id = $1`;

/**
 * Nobody manages a user whose groups hold what they do not: with a new password or email they would take it. What the
 * user holds by role is bounded by the order of the roles.
 */
@Injectable()
export class GroupAuthority implements OnModuleInit {
  constructor(private readonly rules: AuthorityRules) {}

  onModuleInit(): void {
    this.rules.add((caller, userId, manager) => this.require(caller, userId, manager));
  }

  private async require(caller: Principal, userId: string, manager: EntityManager): Promise<void> {
    const held = await manager.query<{ permission: string }[]>(HELD_BY_GROUPS, [userId]);
    requireToHold(
      caller,
      held.map(({ permission }) => permission),
    );
  }
}
