export { GroupsModule } from './groups.module.js';
export { GRANTS_CHANGED } from './permission.entity.js';
export { GroupAuthority } from './group-authority.js';
export { Group } from './group.entity.js';
export { isAdministrator } from './group-authority.js';
