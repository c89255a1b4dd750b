import type { KeyObject } from 'node:crypto';
import type { JwtModuleOptions } from '@nestjs/jwt';
import type { AuthSettings } from '../auth.settings.js';

const ISSUER = 'gatehouse';
const AUDIENCE = 'gatehouse-api';

/** A key and the one algorithm that it is used with. */
export interface JwtKey {
  kid: string;
  algorithm: AuthSettings['JWT_ALGORITHM'];
  /** Key objects, because `jsonwebtoken` tries to parse a string as a public key at every call. */
  verifyWith: KeyObject;
  /** Missing for a key of former times. */
  signWith?: KeyObject;
}

/** @param ttl life of a token in seconds */
export function jwtOptions({ kid, algorithm, verifyWith, signWith }: JwtKey, ttl: number): JwtModuleOptions {
  return {
    publicKey: verifyWith,
    privateKey: signWith,
    signOptions: { algorithm, keyid: kid, issuer: ISSUER, audience: AUDIENCE, expiresIn: ttl },
    verifyOptions: { algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE },
  };
}
