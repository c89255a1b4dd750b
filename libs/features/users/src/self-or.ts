import type { FastifyRequest } from 'fastify';
import type { UserParams } from './user.dto.js';
import type { PermissionFunction } from '@gatehouse/permissions';

/** Requires a permission, unless the caller is the user in the path. */
export function selfOr(permission: string): PermissionFunction {
  const rule: PermissionFunction = (caller, context) => {
    const { id } = context.switchToHttp().getRequest<FastifyRequest>().params as UserParams;
    // The id is not validated yet at this stage; its case does not matter.
    return id.toLowerCase() === caller.id || caller.can(permission);
  };
  return Object.defineProperty(rule, 'name', { value: `oneself or ${permission}` });
}
