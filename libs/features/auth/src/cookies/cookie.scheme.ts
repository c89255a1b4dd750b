import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { CredentialScheme } from '@gatehouse/authentication';
import { Environment } from '@gatehouse/config';
import { clientOf, ForbiddenProblem, isSafeMethod, type Principal } from '@gatehouse/http';
import { type CallerRow, PrincipalFactory } from '../principal-factory.js';
import { ignoresSessionCookie } from '../auth.decorators.js';
import { InvalidCookieProblem } from '../invalid-credentials.problem.js';
import { cookieSecrets } from '../opaque-secrets.js';
import { RememberedPrincipals, VerifiedPrincipal } from '../remembered-principals.js';
import { isSameOrigin } from './same-origin.js';
import { COOKIE_NAME, SessionCookie } from './session-cookie.js';
import { USE_COOKIE_SESSION } from '../sessions/session.sql.js';
import { AuthSettings } from '../auth.settings.js';

/** Milliseconds after which a session is looked up again, which updates its last use and its expiry. */
const REMEMBERED_MS = 180_000;

/** A session with its user. */
interface UsedSession extends CallerRow {
  sessionId: string;
  expiresAt: Date;
}

/**
 * Knows callers by the session cookie. A browser sends it with requests of any page, so a request that changes
 * something has to prove its origin.
 */
@Injectable()
export class CookieScheme implements CredentialScheme {
  readonly security = {
    cookie: {
      type: 'apiKey',
      in: 'cookie',
      name: COOKIE_NAME,
      description:
        'The cookie of `POST /auth/session`; in production its name starts with `__Host-`. Unsafe methods need a ' +
        'same-origin `Origin` or `Sec-Fetch-Site` header, which browsers send automatically.',
    },
  } as const;

  constructor(
    private readonly cookie: SessionCookie,
    private readonly remembered: RememberedPrincipals,
    private readonly callers: PrincipalFactory,
    private readonly environment: Environment,
    private readonly settings: AuthSettings,
    private readonly dataSource: DataSource,
  ) {}

  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined> {
    const values = this.cookie.valuesIn(request.headers.cookie);
    if (values.length === 0 || ignoresSessionCookie.isOn(request)) return undefined;
    const secret = values.length === 1 ? values[0]! : this.refuse();
    const known = this.remembered.find(secret);
    if (known) return this.guard(known, request);
    return this.remembered
      .learn(secret, () => this.load(secret, request))
      .then((principal) => this.guard(principal, request));
  }

  /** A request that changes something must not come from another site. */
  errorsOf(handler: object, method: string): readonly number[] {
    return isSafeMethod(method) || ignoresSessionCookie.has(handler) ? [] : [403];
  }

  private guard(principal: Principal, request: FastifyRequest): Principal {
    const allowed = isSafeMethod(request.method) || isSameOrigin(request, this.environment.ALLOWED_ORIGINS);
    if (!allowed) throw new ForbiddenProblem('Cross-site request refused');
    return principal;
  }

  private async load(secret: string, request: FastifyRequest): Promise<VerifiedPrincipal> {
    const hash = cookieSecrets.hash(secret) ?? this.refuse();
    const { device, address } = clientOf(request);
    const { REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS } = this.settings;
    const values = [hash, device, address, REFRESH_TOKEN_TTL_DAYS, SESSION_MAX_DAYS];
    const [session] = await this.dataSource.query<UsedSession[]>(USE_COOKIE_SESSION, values);
    if (!session) return this.refuse();
    const principal = this.callers.principalOf(session, session.sessionId);
    const expiresAt = Math.min(session.expiresAt.getTime(), Date.now() + REMEMBERED_MS);
    return { principal, expiresAt };
  }

  private refuse(): never {
    throw new InvalidCookieProblem(this.cookie.clearing());
  }
}
