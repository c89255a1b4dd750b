import { Global } from '@nestjs/common';
import { AuditModule } from '@gatehouse/audit';
import { CREDENTIAL_SCHEMES, type CredentialScheme } from '@gatehouse/authentication';
import { MailModule } from '@gatehouse/mail';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { AccessTokens } from './access-tokens.js';
import { ApiKey } from './api-key.entity.js';
import { ApiKeyScheme } from './api-key.scheme.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysService } from './api-keys.service.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { BearerScheme } from './bearer.scheme.js';
import { Callers } from './callers.js';
import { CookieScheme } from './cookie.scheme.js';
import { CookieSessionsController } from './cookie-sessions.controller.js';
import { CookieSessionsService } from './cookie-sessions.service.js';
import { JwtKeys } from './jwt-keys.js';
import { KnownAddresses } from './known-addresses.js';
import { LoginProtection } from './login-protection.js';
import { CreateSessions1790000000002 } from './migrations/1790000000002-create-sessions.js';
import { ExtendSessions1790000000010 } from './migrations/1790000000010-extend-sessions.js';
import { CreateApiKeys1790000000011 } from './migrations/1790000000011-create-api-keys.js';
import { PasswordLogins } from './password-logins.js';
import { RefreshReuse } from './refresh-reuse.js';
import { RefreshToken } from './refresh-token.entity.js';
import { RefreshTokens } from './refresh-tokens.js';
import { Registrations } from './registrations.js';
import { RememberedPrincipals } from './remembered-principals.js';
import { SessionCookie } from './session-cookie.js';
import { Session } from './session.entity.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

/** Global, because the authentication stage asks it about every request. */
@Global()
@FeatureModule(
  {
    root: 'auth',
    tag: 'Auth',
    description: 'Accounts, log-ins, tokens and API keys.',
    entities: [Session, RefreshToken, ApiKey],
    migrations: [CreateSessions1790000000002, ExtendSessions1790000000010, CreateApiKeys1790000000011],
  },
  {
    imports: [UsersModule, AuditModule, MailModule],
    controllers: [AuthController, SessionsController, CookieSessionsController, ApiKeysController],
    providers: [
      AuthService,
      PasswordLogins,
      LoginProtection,
      KnownAddresses,
      SessionsService,
      RefreshTokens,
      RefreshReuse,
      CookieSessionsService,
      SessionCookie,
      ApiKeysService,
      Registrations,
      AccessTokens,
      Callers,
      JwtKeys,
      RememberedPrincipals,
      BearerScheme,
      ApiKeyScheme,
      CookieScheme,
      {
        provide: CREDENTIAL_SCHEMES,
        useFactory: (...schemes: CredentialScheme[]) => schemes,
        // Of a request with several kinds of credentials the first of these counts, and no other is looked at.
        inject: [BearerScheme, ApiKeyScheme, CookieScheme],
      },
    ],
    exports: [CREDENTIAL_SCHEMES, LoginProtection, Registrations],
  },
)
export class AuthModule {}
