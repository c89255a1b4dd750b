import type { KeyObject } from 'node:crypto';
import type { JwtModuleOptions } from '@nestjs/jwt';
import type { AuthSettings } from '../auth.settings.js';

const ISSUER = 'gatehouse';
const AUDIENCE = 'gatehouse-api';

/** A key and its only algorithm. */
export interface JwtKey {
  kid: string;
  algorithm: AuthSettings['JWT_ALGORITHM'];
  /** Key objects, because `jsonwebtoken` parses a string as a public key on every call. */
  verifyWith: KeyObject;
  /** Absent for a former key. */
  signWith?: KeyObject;
}

/** @param ttl lifetime of a token in seconds */
export function jwtOptions({ kid, algorithm, verifyWith, signWith }: JwtKey, ttl: number): JwtModuleOptions {
  return {
    publicKey: verifyWith,
    privateKey: signWith,
    signOptions: { algorithm, keyid: kid, issuer: ISSUER, audience: AUDIENCE, expiresIn: ttl },
    verifyOptions: { algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE },
  };
}
