import { createHash, createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Environment } from '@gatehouse/config';
import { AuthSettings } from '../auth.settings.js';

const ISSUER = 'gatehouse';
const AUDIENCE = 'gatehouse-api';
const ID_LENGTH = 16;

/** Required members of a JWK, in the order of RFC 7638, section 3.2. */
const JWK_MEMBERS: Record<string, readonly string[]> = { oct: ['k', 'kty'], EC: ['crv', 'kty', 'x', 'y'] };

/** A key and its only algorithm. */
interface JwtKey {
  algorithm: AuthSettings['JWT_ALGORITHM'];
  /** Key objects, because `jsonwebtoken` parses a string as a public key on every call. */
  verifyWith: KeyObject;
  /** Absent for a former key. */
  signWith?: KeyObject;
}

/** The keys of access tokens: one for signing, and former ones for verification. */
@Injectable()
export class JwtKeys {
  readonly signing: JwtService;
  private readonly byKid: ReadonlyMap<unknown, JwtService>;

  constructor(environment: Environment, settings: AuthSettings) {
    const current = currentKey(environment, settings);
    const ttl = settings.ACCESS_TOKEN_TTL_SECONDS;
    this.signing = serviceOf(current, ttl);
    this.byKid = new Map([
      ...previousKeys(settings).map((key) => [keyThumbprint(key.verifyWith), serviceOf(key, ttl)] as const),
      [keyThumbprint(current.verifyWith), this.signing],
    ]);
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

/** Returns a key id, the same in every process: the first 16 characters of its thumbprint (RFC 7638). */
export function keyThumbprint(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' }) as Record<string, string>;
  const members = Object.fromEntries(JWK_MEMBERS[jwk['kty']!]!.map((name) => [name, jwk[name]]));
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url').slice(0, ID_LENGTH);
}

/** @param ttl lifetime of a token in seconds */
function serviceOf({ algorithm, verifyWith, signWith }: JwtKey, ttl: number): JwtService {
  const keyid = keyThumbprint(verifyWith);
  return new JwtService({
    publicKey: verifyWith,
    privateKey: signWith,
    signOptions: { algorithm, keyid, issuer: ISSUER, audience: AUDIENCE, expiresIn: ttl },
    verifyOptions: { algorithms: [algorithm], issuer: ISSUER, audience: AUDIENCE },
  });
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
  return { algorithm: 'HS256', verifyWith: createSecretKey(secret, 'utf8') };
}

/** @param pem PEM of a public key, or of the matching private key */
function publicKey(pem: string): JwtKey {
  return { algorithm: 'ES256', verifyWith: createPublicKey(pem) };
}
