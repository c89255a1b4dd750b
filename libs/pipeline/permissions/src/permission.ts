import type { ExecutionContext, Type } from '@nestjs/common';
import { type Principal, requestOf } from '@gatehouse/http';

/** A permission rule with logic of its own. Make it a provider of the module whose endpoints use it. */
export interface Permission {
  /** Lets the caller pass only on exactly `true`. */
  allows(caller: Principal, context: ExecutionContext): boolean | Promise<boolean>;
}

/** The short form of a {@link Permission}. */
export type PermissionFunction = Permission['allows'];

/** The name of a declared permission, a function or an injectable class. */
export type PermissionRule = string | PermissionFunction | Type<Permission>;

/** Marks an endpoint that anyone may call, with or without credentials. */
export const Public = Symbol('public');

/** What an endpoint requires: `Public`, one rule, or a list of rules that must all hold. */
export type Permissions = typeof Public | PermissionRule | readonly PermissionRule[];

/** Requires a person who has logged in, not an API key. For operations on accounts and credentials. */
export const humanOnly: PermissionFunction = (caller) => caller.apiKeyId === undefined;

/** Admits every caller who has authenticated, API keys included. */
export const everyCaller: PermissionFunction = () => true;

const personal = new WeakSet<object>([humanOnly]);

/** Requires one of the given roles. API keys have permissions, but no role. */
export function hasRole(...roles: string[]): PermissionFunction {
  const rule: PermissionFunction = (caller) => caller.apiKeyId === undefined && roles.includes(caller.role);
  personal.add(rule);
  return Object.defineProperty(rule, 'name', { value: `role: ${roles.join(' or ')}` });
}

/**
 * Requires a permission, unless the caller is the user whom the path names.
 * @param parameter of the path, with the user's id
 */
export function selfOr(permission: string, parameter = 'id'): PermissionFunction {
  const rule: PermissionFunction = (caller, context) => {
    const params = requestOf(context).params as Record<string, string>;
    // The id is not validated yet at this stage; its case does not matter.
    return params[parameter]?.toLowerCase() === caller.id || caller.can(permission);
  };
  return Object.defineProperty(rule, 'name', { value: `oneself or ${permission}` });
}

/** Whether a rule refuses every API key. */
export function isPersonal(rule: PermissionRule): boolean {
  return typeof rule === 'function' && personal.has(rule);
}

/** Whether a rule is an injectable class rather than a function. */
export function isPermissionClass(rule: PermissionRule): rule is Type<Permission> {
  return typeof rule === 'function' && typeof rule.prototype?.allows === 'function';
}
