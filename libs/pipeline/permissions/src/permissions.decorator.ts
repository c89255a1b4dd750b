import { Public, PermissionRule, Permissions } from './permission.js';

const required = new WeakMap<object, readonly PermissionRule[] | typeof Public>();

/** Declares the permissions of an endpoint. Without it, any authenticated caller passes. */
export function RequirePermissions(permissions: Permissions = []): MethodDecorator {
  return (_target, _key, descriptor) => {
    const rules = permissions === Public ? Public : ([permissions].flat() as PermissionRule[]);
    required.set(descriptor.value as object, rules);
  };
}

/** The rules that a handler declares, or an empty list: deny by default. */
export function permissionsOf(handler: object): readonly PermissionRule[] | typeof Public {
  return required.get(handler) ?? [];
}
