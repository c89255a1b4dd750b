import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { validate as isUuid } from 'uuid';
import { InvalidCredentialsProblem } from './invalid-credentials.problem.js';

/** What an access token says: who (`sub`), by which log-in (`sid`), until when (`exp`, seconds since 1970). */
export interface AccessClaims {
  sub: string;
  sid: string;
  exp: number;
}

/** Tells access tokens from any other token that the same key may sign. */
const TYPE = 'access';

/** Issues and checks access tokens: JWTs (RFC 7519) that last for `ACCESS_TOKEN_TTL_SECONDS`. */
@Injectable()
export class AccessTokens {
  constructor(private readonly jwt: JwtService) {}

  issue(userId: string, sessionId: string): string {
    return this.jwt.sign({ sid: sessionId, typ: TYPE }, { subject: userId, jwtid: randomUUID() });
  }

  /** @throws {InvalidCredentialsProblem} for anything that `issue` did not make, or that has expired */
  verify(token: string): AccessClaims {
    const claims = this.decode(token);
    if (!isAccessClaims(claims)) throw new InvalidCredentialsProblem();
    return claims;
  }

  private decode(token: string): Record<string, unknown> {
    try {
      return this.jwt.verify<Record<string, unknown>>(token);
    } catch {
      throw new InvalidCredentialsProblem();
    }
  }
}

function isAccessClaims(claims: Record<string, unknown>): claims is Record<string, unknown> & AccessClaims {
  const { sub, sid, exp, typ } = claims;
  return typ === TYPE && isUuid(sub) && isUuid(sid) && typeof exp === 'number';
}
