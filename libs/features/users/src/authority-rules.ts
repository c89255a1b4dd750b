import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Principal } from '@gatehouse/http';

/**
 * Throws when a caller may not manage a user.
 * @param manager manager of the transaction that changes the user, who is locked
 */
export type AuthorityRule = (caller: Principal, userId: string, manager: EntityManager) => Promise<void>;

/** Lets other features restrict who may manage whom, in addition to the hierarchy of roles. */
@Injectable()
export class AuthorityRules {
  private readonly rules: AuthorityRule[] = [];

  add(rule: AuthorityRule): void {
    this.rules.push(rule);
  }

  /** @throws {ForbiddenProblem} */
  async require(caller: Principal, userId: string, manager: EntityManager): Promise<void> {
    for (const rule of this.rules) await rule(caller, userId, manager);
  }
}
