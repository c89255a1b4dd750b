import { CanActivate, ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Principal, requestOf } from '@gatehouse/http';
import { CREDENTIAL_SCHEMES, CredentialScheme, schemeOf } from './credential-scheme.js';

/**
 * Finds out who is calling. A request without credentials goes on as anonymous: whether that is enough is the
 * next stage's question. One with bad credentials is refused, on public endpoints too.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    @Inject(CREDENTIAL_SCHEMES) private readonly schemes: readonly CredentialScheme[],
    private readonly moduleRef: ModuleRef,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const own = schemeOf(context.getHandler());
    const found = own
      ? this.moduleRef.get<CredentialScheme>(own, { strict: false }).authenticate(request)
      : this.authenticate(request, 0);
    if (found instanceof Promise) return found.then((principal) => this.enter(request, principal));
    return this.enter(request, found);
  }

  private authenticate(
    request: FastifyRequest,
    from: number,
  ): Principal | undefined | Promise<Principal | undefined> {
    for (let i = from; i < this.schemes.length; i++) {
      const found = this.schemes[i]!.authenticate(request);
      if (found instanceof Promise)
        return found.then((principal) => principal ?? this.authenticate(request, i + 1));
      if (found) return found;
    }
    return undefined;
  }

  private enter(request: FastifyRequest, principal: Principal | undefined): true {
    request.gate.principal = principal;
    request.gate.mark('authentication');
    return true;
  }
}
