import { createHash, randomBytes } from 'node:crypto';
import { registerSecretKind } from '@gatehouse/text';

const BYTES = 32;

/**
 * Secrets of one kind: a prefix that secret scanners recognise, and 256 random bits in base64url. They cannot be
 * guessed, so a fast hash is sufficient for storage.
 */
export class OpaqueSecrets {
  private readonly pattern: RegExp;

  constructor(private readonly prefix: string) {
    registerSecretKind(prefix);
    this.pattern = new RegExp(`^${prefix}[\\w-]{43}$`);
  }

  make(): string {
    return this.prefix + randomBytes(BYTES).toString('base64url');
  }

  /** The stored hash of a secret; `undefined` for a text that cannot be a secret of this kind. */
  hash(secret: string): Buffer | undefined {
    return this.pattern.test(secret) ? sha256(secret) : undefined;
  }
}

export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

export const refreshSecrets = new OpaqueSecrets('ghr_');
export const cookieSecrets = new OpaqueSecrets('ghs_');
