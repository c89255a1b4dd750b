import { createHash, type KeyObject } from 'node:crypto';

const LENGTH = 16;

/** Required members of a JWK, in the order of RFC 7638, section 3.2. */
const MEMBERS: Record<string, readonly string[]> = { oct: ['k', 'kty'], EC: ['crv', 'kty', 'x', 'y'] };

/** Returns a key id, the same in every process: the first 16 characters of its thumbprint (RFC 7638). */
export function keyThumbprint(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' }) as Record<string, string>;
  const members = Object.fromEntries(MEMBERS[jwk['kty']!]!.map((name) => [name, jwk[name]]));
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url').slice(0, LENGTH);
}
