import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import type { Repository } from 'typeorm';
import type { CredentialScheme } from '@gatehouse/authentication';
import { Environment } from '@gatehouse/config';
import { clientOf, ForbiddenProblem, isSafeMethod, isSameOrigin, type Principal } from '@gatehouse/http';
import { CALLER_COLUMNS, type CallerRow, PrincipalFactory } from '../principals.js';
import { ignoresSessionCookie } from '../auth.decorators.js';
import { InvalidCookieProblem } from '../invalid-credentials.problem.js';
import { cookieSecrets } from '../opaque-secrets.js';
import { RememberedPrincipals, VerifiedPrincipal } from '../remembered-principals.js';
import { COOKIE_NAME, SessionCookie } from './session-cookie.js';
import { Session } from '../sessions/session.entity.js';
import { AuthSettings } from '../auth.settings.js';

/** Milliseconds after which a session is looked up again, which updates its last use and its expiry. */
const REMEMBERED_MS = 180_000;

/**
 * $1 hash of the cookie's secret, $2 device, $3 address, $4 days until an unused session expires, $5 maximum days.
 * Records the use of a valid session and returns it with its user. One statement, since requests wait for it; it locks
 * the user before the session, and does not see a session that is older than the user.
 */
const USE_SESSION = `
  WITH account AS (
    SELECT users.id, username, role, is_active, users.credentials_version
    FROM sessions JOIN users ON users.id = user_id WHERE secret_hash = $1 FOR SHARE OF users
  ), used AS (
    UPDATE sessions SET last_used_at = now(), device = $2, address = $3,
      expires_at = least(now() + make_interval(days => $4), sessions.created_at + make_interval(days => $5))
    FROM account WHERE secret_hash = $1 AND account.id = user_id AND revoked_at IS NULL AND expires_at > now()
      AND is_active AND account.credentials_version = sessions.credentials_version
    RETURNING sessions.id AS "sessionId", expires_at AS "expiresAt", account.id, username, role
  )
  SELECT "sessionId", "expiresAt", ${CALLER_COLUMNS} FROM used u`;

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
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
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
    const [session] = await this.sessions.query<UsedSession[]>(USE_SESSION, values);
    if (!session) return this.refuse();
    const { sessionId } = session;
    const end = session.expiresAt.getTime();
    const principal = this.callers.principalOf(session, { sessionId, expiresAt: end });
    return { principal, expiresAt: Math.min(end, Date.now() + REMEMBERED_MS) };
  }

  private refuse(): never {
    throw new InvalidCookieProblem(this.cookie.clearing());
  }
}
