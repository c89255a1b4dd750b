export { AuditModule } from './audit.module.js';
export { actor, type AuditEntry, AuditTrail } from './audit-trail.js';
