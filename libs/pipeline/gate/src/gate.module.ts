import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuthenticationGuard, CredentialSchemes } from '@gatehouse/authentication';
import { CacheGuard, CacheStageModule } from '@gatehouse/cache';
import { ProblemFilter } from '@gatehouse/http';
import { PermissionsGuard, PermissionsModule } from '@gatehouse/permissions';
import { ThrottleGuard, ThrottleModule } from '@gatehouse/throttle';
import { ValidationGuard, ValidationPipe } from '@gatehouse/validation';
import { Messages } from './messages.js';
import { PolicyCheck } from './policy-check.js';

/**
 * The gate: every request passes these stages in this order. Middlewares and the method stage run before them
 * (`configureApp`); the interceptors that `@Endpoint` installs run after them: cache write, cache invalidation and
 * response stage.
 */
@Module({
  imports: [DiscoveryModule, PermissionsModule, ThrottleModule, CacheStageModule],
  providers: [
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: PermissionsGuard },
    { provide: APP_GUARD, useClass: ThrottleGuard },
    { provide: APP_GUARD, useClass: ValidationGuard },
    { provide: APP_GUARD, useClass: CacheGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    CredentialSchemes,
    ValidationPipe,
    PolicyCheck,
    Messages,
  ],
  exports: [CredentialSchemes, Messages],
})
export class GateModule {}
