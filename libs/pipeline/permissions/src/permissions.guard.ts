import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  ForbiddenProblem,
  isSafeMethod,
  Principal,
  requestOf,
  UnauthenticatedProblem,
} from '@gatehouse/http';
import { isPermissionClass, Permission, PermissionRule, Public } from './permission.js';
import { permissionsOf } from './permissions.decorator.js';

/** Admits a caller when every rule of the handler returns exactly `true`. */
@Injectable()
export class PermissionsGuard implements CanActivate {
  constructor(private readonly moduleRef: ModuleRef) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { gate } = requestOf(context);
    const rules = permissionsOf(context.getHandler());
    if (rules !== Public) {
      if (!gate.principal) throw new UnauthenticatedProblem();
      if (rules.length === 0) refuseUnless(this.mayWithoutRule(gate.principal, context));
      const pending = this.checkAll(rules, 0, gate.principal, context);
      if (pending) return pending.then(() => (gate.mark('permissions'), true));
    }
    gate.mark('permissions');
    return true;
  }

  /** Checks one rule. Override it to support other kinds of rules. */
  protected check(
    rule: PermissionRule,
    caller: Principal,
    context: ExecutionContext,
  ): boolean | Promise<boolean> {
    if (typeof rule === 'string') return caller.can(rule);
    if (!isPermissionClass(rule)) return rule(caller, context);
    return this.moduleRef.get<Permission>(rule, { strict: false }).allows(caller, context);
  }

  /**
   * Whether a caller passes a route without rules. People do. API keys may only read, since no permission limits what
   * they inherit from their owner.
   */
  protected mayWithoutRule(caller: Principal, context: ExecutionContext): boolean {
    return caller.apiKeyId === undefined || isSafeMethod(requestOf(context).method);
  }

  private checkAll(
    rules: readonly PermissionRule[],
    from: number,
    caller: Principal,
    context: ExecutionContext,
  ): Promise<void> | undefined {
    for (let i = from; i < rules.length; i++) {
      const verdict = this.check(rules[i]!, caller, context);
      if (verdict instanceof Promise) {
        return verdict.then(
          (allowed) => (refuseUnless(allowed), this.checkAll(rules, i + 1, caller, context)),
        );
      }
      refuseUnless(verdict);
    }
    return undefined;
  }
}

function refuseUnless(allowed: unknown): void {
  if (allowed !== true) throw new ForbiddenProblem();
}
