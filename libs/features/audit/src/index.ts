export { AuditModule } from './audit.module.js';
export { actor, AuditTrail } from './audit-trail.js';
