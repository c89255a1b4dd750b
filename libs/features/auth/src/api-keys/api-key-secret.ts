import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { registerSecretKind } from '@gatehouse/text';
import { sha256 } from '../opaque-secrets.js';

const PREFIX = registerSecretKind('ghk_');
const BYTES = 32;
const FORMAT = /^(ghk_[\w-]{43})([\w-]{6})$/;

/** Number of characters shown to the owner later: enough to distinguish keys, too few to guess the rest. */
const VISIBLE = 12;

/**
 * Creates a key: a prefix and a checksum that secret scanners recognise, and 256 random bits in between. A mistyped
 * key is refused without a query.
 */
export function newApiKey(): string {
  const body = PREFIX + randomBytes(BYTES).toString('base64url');
  return body + checksumOf(body);
}

/** The stored hash of a key; `undefined` for a text that cannot be one. */
export function hashApiKey(key: string): Buffer | undefined {
  const [, body, checksum] = FORMAT.exec(key) ?? [];
  return body && checksumOf(body) === checksum ? sha256(key) : undefined;
}

export function visiblePrefix(key: string): string {
  return key.slice(0, VISIBLE);
}

/** CRC-32 in base64url: 6 characters. */
function checksumOf(body: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64url');
}
