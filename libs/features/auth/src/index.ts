export { AuthModule } from './auth.module.js';
export { carryOver } from './carry-over.js';
export { IgnoresSessionCookie, SmallBodies } from './auth.decorators.js';
export { LoginProtection } from './login/login-protection.js';
export { OpaqueSecrets } from './opaque-secrets.js';
export { Registrations } from './login/registrations.js';
export { Turns } from './login/turns.js';
