import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Environment } from '@gatehouse/config';
import { type JwtKey, jwtOptions } from './jwt.options.js';
import { keyThumbprint } from './key-thumbprint.js';
import { AuthSettings } from '../auth.settings.js';

/** The keys of access tokens: one that signs, and those of former times that tokens may still be signed with. */
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
   * What verifies a token with the key that its header names, and with the algorithm of that key only. Everything
   * else that a header may say (`alg`, `jwk`, `jku`, `x5u`) has no say in it.
   *
   * @param kid as the token has it, whatever that is
   * @returns `undefined` when no key has this name
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

/** @param pem of a public key, or of the private one that it belongs to */
function publicKey(pem: string): JwtKey {
  const key = createPublicKey(pem);
  return { kid: keyThumbprint(key), algorithm: 'ES256', verifyWith: key };
}
