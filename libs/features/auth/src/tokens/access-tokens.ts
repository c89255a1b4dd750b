import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { JwtKeys } from './jwt-keys.js';

/** What an access token says: who (`sub`), by which log-in (`sid`), until when (`exp`, seconds since 1970). */
export interface AccessClaims {
  sub: string;
  sid: string;
  exp: number;
}

/** Tells access tokens from any other token that the same key may sign. */
const TYPE = 'access';

/** Characters; those that are issued have some 450. */
const MAX_LENGTH = 2_000;

/** Issues and checks access tokens: JWTs (RFC 7519) that last for `ACCESS_TOKEN_TTL_SECONDS`. */
@Injectable()
export class AccessTokens {
  constructor(private readonly keys: JwtKeys) {}

  issue(userId: string, sessionId: string): string {
    return this.keys.signing.sign({ sid: sessionId, typ: TYPE }, { subject: userId, jwtid: randomUUID() });
  }

  /** @throws {InvalidCredentialsProblem} for anything that `issue` did not make, or that has expired */
  verify(token: string): AccessClaims {
    const claims = this.decode(token);
    if (!isAccessClaims(claims)) throw new InvalidCredentialsProblem();
    return claims;
  }

  private decode(token: string): Record<string, unknown> {
    if (token.length > MAX_LENGTH) throw new InvalidCredentialsProblem();
    try {
      const key = this.keys.find(kidOf(token));
      if (key) return key.verify<Record<string, unknown>>(token);
    } catch {
      // Whatever is wrong with it, the answer is the same.
    }
    throw new InvalidCredentialsProblem();
  }
}

/** What the header says, which nobody has signed yet. */
function kidOf(token: string): unknown {
  const header = Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString();
  return (JSON.parse(header) as { kid?: unknown } | null)?.kid;
}

function isAccessClaims(claims: Record<string, unknown>): claims is Record<string, unknown> & AccessClaims {
  const { sub, sid, exp, typ } = claims;
  return typ === TYPE && isUuid(sub) && isUuid(sid) && typeof exp === 'number';
}
