import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Environment } from '@gatehouse/config';
import { type JwtKey, jwtOptions } from './jwt.options.js';
import { keyThumbprint } from './key-thumbprint.js';
import { AuthSettings } from '../auth.settings.js';

/** The keys of access tokens: one for signing, and former ones for verification. */
@Injectable()
export class JwtKeys {
  readonly signing: JwtService;
  private readonly byKid: ReadonlyMap<unknown, JwtService>;

  constructor(environment: Environment, settings: AuthSettings) {
    const current = currentKey(environment, settings);
    const services = [...previousKeys(settings), current].map(
      (key) => [key.kid, new JwtService(jwtOptions(key, settings.ACCESS_TOKEN_TTL_SECONDS))] as const,
    );
    this.byKid = new Map(services);
    this.signing = this.byKid.get(current.kid)!;
  }

  /**
   * Finds the verifier for the key named in a token's header, with the algorithm of that key only. Other header
   * parameters (`alg`, `jwk`, `jku`, `x5u`) are ignored.
   * @param kid unvalidated value from the token
   * @returns `undefined` when no key has this id
   */
  find(kid: unknown): JwtService | undefined {
    return this.byKid.get(kid);
  }
}

function currentKey({ JWT_SECRET }: Environment, { JWT_ALGORITHM, JWT_PRIVATE_KEY }: AuthSettings): JwtKey {
  if (JWT_ALGORITHM === 'HS256')
    return { ...secretKey(JWT_SECRET), signWith: createSecretKey(JWT_SECRET, 'utf8') };
  return { ...publicKey(JWT_PRIVATE_KEY!), signWith: createPrivateKey(JWT_PRIVATE_KEY!) };
}

function previousKeys({ JWT_PREVIOUS_SECRETS, JWT_PREVIOUS_PUBLIC_KEYS }: AuthSettings): JwtKey[] {
  return [...JWT_PREVIOUS_SECRETS.map(secretKey), ...JWT_PREVIOUS_PUBLIC_KEYS.map(publicKey)];
}

function secretKey(secret: string): JwtKey {
  const key = createSecretKey(secret, 'utf8');
  return { kid: keyThumbprint(key), algorithm: 'HS256', verifyWith: key };
}

/** @param pem PEM of a public key, or of the matching private key */
function publicKey(pem: string): JwtKey {
  const key = createPublicKey(pem);
  return { kid: keyThumbprint(key), algorithm: 'ES256', verifyWith: key };
}
