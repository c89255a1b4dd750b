import { Global } from '@nestjs/common';
import { CREDENTIAL_SCHEMES, type CredentialScheme } from '@gatehouse/authentication';
import { FeatureModule } from '@gatehouse/modules';
import { UsersModule } from '@gatehouse/users';
import { AccessTokens } from './access-tokens.js';
import { ApiKeyScheme } from './api-key.scheme.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { BearerScheme } from './bearer.scheme.js';
import { Callers } from './callers.js';
import { JwtKeys } from './jwt-keys.js';
import { KnownAddresses } from './known-addresses.js';
import { LoginProtection } from './login-protection.js';
import { CreateSessions1790000000002 } from './migrations/1790000000002-create-sessions.js';
import { RefreshToken } from './refresh-token.entity.js';
import { Registrations } from './registrations.js';
import { RememberedPrincipals } from './remembered-principals.js';
import { Session } from './session.entity.js';
import { SessionsService } from './sessions.service.js';

/** Global, because the authentication stage asks it about every request. */
@Global()
@FeatureModule(
  {
    root: 'auth',
    tag: 'Auth',
    description: 'Accounts, log-ins and tokens.',
    entities: [Session, RefreshToken],
    migrations: [CreateSessions1790000000002],
  },
  {
    imports: [UsersModule],
    controllers: [AuthController],
    providers: [
      AuthService,
      LoginProtection,
      KnownAddresses,
      SessionsService,
      Registrations,
      AccessTokens,
      Callers,
      JwtKeys,
      RememberedPrincipals,
      BearerScheme,
      ApiKeyScheme,
      {
        provide: CREDENTIAL_SCHEMES,
        useFactory: (...schemes: CredentialScheme[]) => schemes,
        inject: [BearerScheme, ApiKeyScheme],
      },
    ],
    exports: [CREDENTIAL_SCHEMES, LoginProtection, Registrations],
  },
)
export class AuthModule {}
