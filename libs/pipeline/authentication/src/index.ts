export { AuthenticationGuard } from './authentication.guard.js';
export { CREDENTIAL_SCHEMES, type CredentialScheme } from './credential-scheme.js';
