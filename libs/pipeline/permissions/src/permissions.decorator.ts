import { Public, PermissionRule, Permissions } from './permission.js';

const required = new WeakMap<object, readonly PermissionRule[] | typeof Public>();

/** Declares what an endpoint asks for. Without it, it asks for an authenticated caller and nothing more. */
export function RequirePermissions(permissions: Permissions = []): MethodDecorator {
  return (_target, _key, descriptor) => {
    const rules = permissions === Public ? Public : ([permissions].flat() as PermissionRule[]);
    required.set(descriptor.value as object, rules);
  };
}

/** What a handler asks for: deny by default. */
export function permissionsOf(handler: object): readonly PermissionRule[] | typeof Public {
  return required.get(handler) ?? [];
}
