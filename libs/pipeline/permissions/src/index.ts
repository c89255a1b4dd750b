export * from './permission.js';
export { PermissionCatalogue } from './permission-catalogue.js';
export { permissionsOf, RequirePermissions } from './permissions.decorator.js';
export { PermissionsGuard } from './permissions.guard.js';
export { PermissionsModule } from './permissions.module.js';
