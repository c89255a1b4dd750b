export { AuthenticationGuard } from './authentication.guard.js';
export { AuthenticateBy, CREDENTIAL_SCHEMES, type CredentialScheme } from './credential-scheme.js';
