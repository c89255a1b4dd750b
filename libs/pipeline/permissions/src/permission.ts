import type { ExecutionContext, Type } from '@nestjs/common';
import type { Principal } from '@gatehouse/http';

/** A permission that needs more than a name. Make it a provider of the module whose endpoints use it. */
export interface Permission {
  /** Only exactly `true` lets the caller pass. */
  allows(caller: Principal, context: ExecutionContext): boolean | Promise<boolean>;
}

/** The short form of a {@link Permission}. */
export type PermissionFunction = Permission['allows'];

/** A declared permission's name, a function or an injectable class. */
export type PermissionRule = string | PermissionFunction | Type<Permission>;

/** Marks an endpoint that everybody may call, with or without credentials. */
export const Public = Symbol('public');

/** What an endpoint asks for: `Public`, one rule, or a list of which all must hold. */
export type Permissions = typeof Public | PermissionRule | readonly PermissionRule[];

/** The caller is a person who has logged in, not an API key: for what decides over accounts and credentials. */
export const inPerson: PermissionFunction = (caller) => caller.apiKeyId === undefined;

const personal = new WeakSet<object>([inPerson]);

/** The caller has one of some roles. An API key has permissions, but never a role. */
export function hasRole(...roles: string[]): PermissionFunction {
  const rule: PermissionFunction = (caller) => caller.apiKeyId === undefined && roles.includes(caller.role);
  personal.add(rule);
  return Object.defineProperty(rule, 'name', { value: `role: ${roles.join(' or ')}` });
}

/** Whether a rule refuses every API key. */
export function isPersonal(rule: PermissionRule): boolean {
  return typeof rule === 'function' && personal.has(rule);
}

/** Whether a rule is an injectable class and not a function. */
export function isPermissionClass(rule: PermissionRule): rule is Type<Permission> {
  return typeof rule === 'function' && typeof rule.prototype?.allows === 'function';
}
