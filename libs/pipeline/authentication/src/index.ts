export { AuthenticationGuard } from './authentication.guard.js';
export { AuthenticateBy, type CredentialScheme } from './credential-scheme.js';
export { CredentialSchemes } from './credential-schemes.js';
