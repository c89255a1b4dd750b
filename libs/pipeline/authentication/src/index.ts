export { AuthenticationGuard } from './authentication.guard.js';
export {
  AuthenticateBy,
  type Authentication,
  type AuthenticationFunction,
  authenticationOf,
  type CallerChange,
  type CredentialScheme,
} from './credential-scheme.js';
export { CredentialSchemes } from './credential-schemes.js';
