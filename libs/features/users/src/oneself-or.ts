import type { FastifyRequest } from 'fastify';
import type { UserParams } from './user.dto.js';
import type { PermissionFunction } from '@gatehouse/permissions';

/** The caller holds a permission, or is the user that the path names. */
export function oneselfOr(permission: string): PermissionFunction {
  const rule: PermissionFunction = (caller, context) => {
    const { id } = context.switchToHttp().getRequest<FastifyRequest>().params as UserParams;
    // Not validated yet at this stage; an id is the same in either case.
    return id.toLowerCase() === caller.id || caller.can(permission);
  };
  return Object.defineProperty(rule, 'name', { value: `oneself or ${permission}` });
}
