import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Principal, requestOf } from '@gatehouse/http';
import type { CredentialScheme } from './credential-scheme.js';
import { CredentialSchemes } from './credential-schemes.js';

/**
 * Identifies the caller. A request without credentials continues as anonymous; the permissions stage decides whether
 * that is enough. Bad credentials are refused, on public endpoints too.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(private readonly schemes: CredentialSchemes) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = requestOf(context);
    const found = this.authenticate(request, this.schemes.of(context.getHandler()), 0);
    if (found instanceof Promise) return found.then((principal) => this.enter(request, principal));
    return this.enter(request, found);
  }

  private authenticate(
    request: FastifyRequest,
    schemes: readonly CredentialScheme[],
    from: number,
  ): Principal | undefined | Promise<Principal | undefined> {
    for (let i = from; i < schemes.length; i++) {
      const found = schemes[i]!.authenticate(request);
      if (found instanceof Promise)
        return found.then((principal) => principal ?? this.authenticate(request, schemes, i + 1));
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
