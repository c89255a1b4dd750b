import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'gha_';
const BYTES = 32;
const LENGTH = PREFIX.length + Math.ceil((BYTES * 4) / 3);

/** A new secret for a link in a mail, with a prefix by which secret scanners know it. */
export function newAccountSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64url');
}

/** What is stored of a secret. `undefined` for a text that cannot be one. */
export function hashAccountSecret(secret: string): Buffer | undefined {
  if (!secret.startsWith(PREFIX) || secret.length !== LENGTH) return undefined;
  return createHash('sha256').update(secret).digest();
}
