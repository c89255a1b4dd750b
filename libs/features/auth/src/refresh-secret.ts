import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'ghr_';
const BYTES = 32;
const LENGTH = PREFIX.length + Math.ceil((BYTES * 4) / 3);

/** A new refresh token, with a prefix by which secret scanners know it. */
export function newRefreshSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64url');
}

/** What is stored of a refresh token. `undefined` for a text that cannot be one. */
export function hashRefreshSecret(secret: string): Buffer | undefined {
  if (!secret.startsWith(PREFIX) || secret.length !== LENGTH) return undefined;
  return createHash('sha256').update(secret).digest();
}
