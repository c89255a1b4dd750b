import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import type { Repository } from 'typeorm';
import type { CredentialScheme } from '@gatehouse/authentication';
import type { Principal } from '@gatehouse/http';
import { AccessTokens } from './access-tokens.js';
import { CALLER_COLUMNS, type CallerRow, PrincipalFactory } from '../principals.js';
import { acceptsClientCredentials } from './token-endpoint.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { RememberedPrincipals, VerifiedPrincipal } from '../remembered-principals.js';
import { Session } from '../sessions/session.entity.js';

/**
 * RFC 6750, section 2.1. The name of the scheme is case-insensitive and may be followed by several spaces (RFC 9110,
 * section 11.4), bounded to keep cached headers small.
 */
const BEARER = /^bearer {1,64}([A-Za-z0-9\-._~+/]+=*)$/i;
const BASIC = /^basic /i;

/**
 * $1 user id, $2 session id. Always returns one row: the user with the held permissions, or nulls, and whether the
 * session is valid. Plain SQL, since `user_permissions` is a view.
 */
const FIND_CALLER = `
  SELECT ${CALLER_COLUMNS},
    coalesce(u.is_active AND s.revoked_at IS NULL AND s.expires_at > now()
      AND s.credentials_version = u.credentials_version, false) AS "isGood"
  FROM (VALUES ($1::uuid, $2::uuid)) AS token (user_id, session_id)
  LEFT JOIN users u ON u.id = token.user_id
  LEFT JOIN sessions s ON s.id = token.session_id AND s.user_id = u.id`;

/** The `id` is null when the user does not exist. */
type FoundCaller = (CallerRow | { id: null }) & { isGood: boolean };

/** Authenticates callers by the access token in `Authorization: Bearer …`. */
@Injectable()
export class BearerScheme implements CredentialScheme {
  readonly security = {
    login: {
      type: 'oauth2',
      description: 'Logs in with username (or email) and password.',
      flows: {
        password: { tokenUrl: '/api/v1/auth/login', refreshUrl: '/api/v1/auth/refresh', scopes: {} },
      },
    },
    bearer: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `access_token` of a log-in, unchanged.',
    },
  } as const;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly remembered: RememberedPrincipals,
    private readonly callers: PrincipalFactory,
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
  ) {}

  /** Answers synchronously for a cached token; the first time it takes one query. */
  authenticate(request: FastifyRequest): Principal | undefined | Promise<Principal | undefined> {
    const header = request.headers.authorization;
    if (header === undefined) return undefined;
    if (isRepeated(request.raw.rawHeaders)) throw new InvalidCredentialsProblem();
    return this.remembered.find(header) ?? this.verify(header, request);
  }

  private verify(header: string, request: FastifyRequest): Promise<Principal> | undefined {
    const token = BEARER.exec(header)?.[1];
    if (token) return this.remembered.learn(header, () => this.load(token));
    if (BASIC.test(header) && acceptsClientCredentials(request)) return undefined;
    throw new InvalidCredentialsProblem();
  }

  private async load(token: string): Promise<VerifiedPrincipal> {
    const { sub, sid, exp } = this.tokens.verify(token);
    const [caller] = await this.sessions.query<[FoundCaller]>(FIND_CALLER, [sub, sid]);
    if (caller.id === null) throw new InvalidCredentialsProblem('User not found');
    if (!caller.isGood) throw new InvalidCredentialsProblem();
    const expiresAt = exp * 1000;
    const principal = this.callers.principalOf(caller, { sessionId: sid, expiresAt });
    return { principal, expiresAt };
  }
}

/** Node keeps the first of several headers and discards the others, but a proxy may have used another. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length === 13 && name.toLowerCase() === 'authorization') count++;
  }
  return count > 1;
}
