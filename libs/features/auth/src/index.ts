export { ApiKeyScheme } from './api-keys/api-key.scheme.js';
export { AuthModule } from './auth.module.js';
export { keepSession } from './keep-session.js';
export { IgnoresSessionCookie, SmallBodies } from './auth.decorators.js';
export { LoginProtection } from './login/login-protection.js';
export { OpaqueSecrets } from './opaque-secrets.js';
export { KeyedMutex } from './login/keyed-mutex.js';
