export { AuthModule } from './auth.module.js';
export { IgnoresSessionCookie } from './cookies/ignores-session-cookie.js';
export { LoginProtection } from './login/login-protection.js';
export { CreateSessions1790000000002 } from './migrations/1790000000002-create-sessions.js';
export { OpaqueSecrets } from './opaque-secrets.js';
export { RefreshToken } from './tokens/refresh-token.entity.js';
export { Registrations, type RegistrationListener } from './login/registrations.js';
export { Session } from './sessions/session.entity.js';
export { SESSION_REVOKED, SESSIONS_REVOKED } from './sessions/session-revoked.js';
