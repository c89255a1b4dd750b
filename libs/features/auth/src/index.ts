export { AuthModule } from './auth.module.js';
export { LoginProtection } from './login-protection.js';
export { CreateSessions1790000000002 } from './migrations/1790000000002-create-sessions.js';
export { RefreshToken } from './refresh-token.entity.js';
export { Registrations, type RegistrationListener } from './registrations.js';
export { Session } from './session.entity.js';
export { SESSION_REVOKED, SESSIONS_REVOKED } from './session-revoked.js';
