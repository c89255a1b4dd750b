import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '@gatehouse/audit';
import { MailModule } from '@gatehouse/mail';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { AccessTokens } from './tokens/access-tokens.js';
import { ApiKey } from './api-keys/api-key.entity.js';
import { ApiKeyScheme } from './api-keys/api-key.scheme.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AuthController } from './login/auth.controller.js';
import { AuthService } from './login/auth.service.js';
import { callerChanges } from './caller-changes.js';
import { BearerScheme } from './tokens/bearer.scheme.js';
import { PrincipalFactory } from './principals.js';
import { CookieScheme } from './cookies/cookie.scheme.js';
import { CookieSessionsController } from './cookies/cookie-sessions.controller.js';
import { CookieSessionsService } from './cookies/cookie-sessions.service.js';
import { JwtKeys } from './tokens/jwt-keys.js';
import { LoginAttempt, LoginAttempts } from './login/login-attempts.js';
import { LoginProtection } from './login/login-protection.js';
import { CreateSessionsAndKeys1760000000003 } from './migrations/1760000000003-create-sessions-and-keys.js';
import { RefreshToken } from './tokens/refresh-token.entity.js';
import { RefreshTokens } from './tokens/refresh-tokens.js';
import { RememberedPrincipals } from './remembered-principals.js';
import { SessionCookie } from './cookies/session-cookie.js';
import { Session } from './sessions/session.entity.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsService } from './sessions/sessions.service.js';
import { AuthSettings } from './auth.settings.js';

const entities = [Session, RefreshToken, ApiKey, LoginAttempt];

@FeatureModule(
  {
    root: 'auth',
    tag: 'Auth',
    description: 'Accounts, log-ins, tokens and API keys.',
    credentialSchemes: [BearerScheme, ApiKeyScheme, CookieScheme],
    callerChanges,
    settings: AuthSettings,
    entities,
    migrations: [CreateSessionsAndKeys1760000000003],
  },
  {
    imports: [UsersModule, AuditModule, MailModule, TypeOrmModule.forFeature(entities)],
    controllers: [AuthController, SessionsController, CookieSessionsController, ApiKeysController],
    providers: [
      AuthService,
      LoginProtection,
      LoginAttempts,
      SessionsService,
      RefreshTokens,
      CookieSessionsService,
      SessionCookie,
      ApiKeysService,
      AccessTokens,
      PrincipalFactory,
      JwtKeys,
      RememberedPrincipals,
      BearerScheme,
      ApiKeyScheme,
      CookieScheme,
    ],
    exports: [LoginProtection],
  },
)
export class AuthModule {}
