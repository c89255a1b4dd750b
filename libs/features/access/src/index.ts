export { AccessModule } from './access.module.js';
export { GRANTS_CHANGED } from './grants-changed.js';
export { Group } from './group.entity.js';
