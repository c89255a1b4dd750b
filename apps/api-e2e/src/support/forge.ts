import { createHmac, createSign, type KeyObject } from 'node:crypto';

type Json = Record<string, unknown>;

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part: string): Json => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;

/** The parts of a JSON web token. */
export interface Token {
  header: Json;
  claims: Json;
  signature: string;
}

export function parseToken(token: string): Token {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return { header: decode(header), claims: decode(claims), signature };
}

/** Signs any header and claims with the given function, whatever algorithm the header names. */
export function forge(header: unknown, claims: unknown, sign: (text: string) => string): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(text)}`;
}

export const unsigned = (): string => '';

export function hmac(secret: string, hash = 'sha256'): (text: string) => string {
  return (text) => createHmac(hash, secret).update(text).digest('base64url');
}

/** ES256, or RS256 with an RSA key. */
export function asymmetric(key: KeyObject): (text: string) => string {
  return (text) =>
    createSign('sha256').update(text).sign({ key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}
