import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { JwtKeys } from './jwt-keys.js';
import { AuthSettings } from '../auth.settings.js';

/**
 * Claims of an access token: user (`sub`), session (`sid`), issue (`iat`) and expiry (`exp`) in seconds since 1970.
 */
export interface AccessClaims {
  sub: string;
  sid: string;
  iat: number;
  exp: number;
}

/** Distinguishes access tokens from other tokens signed with the same key. */
const TYPE = 'access';

/** Maximum number of characters; issued tokens have some 450. */
const MAX_LENGTH = 2_000;

/** Allowed clock difference between processes in seconds. */
const CLOCK_SKEW = 60;

/** Issues and verifies access tokens: JWTs (RFC 7519) valid for `ACCESS_TOKEN_TTL_SECONDS`. */
@Injectable()
export class AccessTokens {
  private readonly ttl: number;

  constructor(
    private readonly keys: JwtKeys,
    { ACCESS_TOKEN_TTL_SECONDS }: AuthSettings,
  ) {
    this.ttl = ACCESS_TOKEN_TTL_SECONDS;
  }

  issue(userId: string, sessionId: string): string {
    return this.keys.signing.sign({ sid: sessionId, typ: TYPE }, { subject: userId, jwtid: randomUUID() });
  }

  /** @throws {InvalidCredentialsProblem} for any token that `issue` did not create, or that has expired */
  verify(token: string): AccessClaims {
    const claims = this.decode(token);
    if (!isAccessClaims(claims) || this.livesTooLong(claims)) throw new InvalidCredentialsProblem();
    return claims;
  }

  /** The header, not verified yet. */
  private headerOf(token: string): { kid?: unknown; crit?: unknown } {
    return this.keys.signing.decode<{ header: object }>(token, { complete: true }).header;
  }

  /** Whether `issue` would not have made it last until then, in a process whose clock is at most a minute ahead. */
  private livesTooLong({ iat, exp }: AccessClaims): boolean {
    return exp - iat > this.ttl || exp > Date.now() / 1000 + this.ttl + CLOCK_SKEW;
  }

  private decode(token: string): Record<string, unknown> {
    if (token.length > MAX_LENGTH) throw new InvalidCredentialsProblem();
    try {
      const { kid, crit } = this.headerOf(token);
      const key = this.keys.find(kid);
      // No critical header extensions are supported (RFC 7515, section 4.1.11).
      if (key && crit === undefined) return key.verify<Record<string, unknown>>(token);
    } catch {
      // Every error gets the same response.
    }
    throw new InvalidCredentialsProblem();
  }
}

function isAccessClaims(claims: Record<string, unknown>): claims is Record<string, unknown> & AccessClaims {
  const { sub, sid, iat, exp, typ } = claims;
  return typ === TYPE && isUuid(sub) && isUuid(sid) && typeof iat === 'number' && typeof exp === 'number';
}
