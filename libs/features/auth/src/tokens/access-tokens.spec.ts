import { createHash, createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadEnvironment } from '@gatehouse/config';
import { AuthSettings } from '../auth.settings.js';
import { AccessTokens } from './access-tokens.js';
import { InvalidCredentialsProblem } from '../invalid-credentials.problem.js';
import { JwtKeys, keyThumbprint } from './jwt-keys.js';
import { refreshSecrets } from '../opaque-secrets.js';

const user = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
const session = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7082';
const SECRET = 'development-only-secret-do-not-use-elsewhere';

const tokensOf = (variables: Record<string, string>): AccessTokens => {
  const environment = loadEnvironment(variables, [AuthSettings]);
  const settings = environment.of(AuthSettings);
  return new AccessTokens(new JwtKeys(environment, settings), settings);
};
const tokens = tokensOf({ JWT_SECRET: SECRET });
const kid = keyThumbprint(createSecretKey(SECRET, 'utf8'));

const now = () => Math.floor(Date.now() / 1000);
const good = () => ({
  sub: user,
  sid: session,
  typ: 'access',
  iss: 'gatehouse',
  aud: 'gatehouse-api',
  iat: now(),
  exp: now() + 60,
});

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

function sign(
  claims: object,
  header: object = { alg: 'HS256', typ: 'JWT', kid },
  secret: string = SECRET,
): string {
  const text = `${encode(header)}.${encode(claims)}`;
  const { alg } = header as { alg: string };
  const hash = alg === 'HS384' ? 'sha384' : alg === 'HS512' ? 'sha512' : 'sha256';
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

const without = (name: string) => ({ ...good(), [name]: undefined });

afterEach(() => vi.useRealTimers());

it('accepts its own tokens, and those signed by this spec', () => {
  expect(tokens.verify(tokens.issue(user, session))).toMatchObject({ sub: user, sid: session });
  expect(tokens.verify(sign(good()))).toMatchObject({ sub: user, sid: session });
});

it('never issues the same token twice', () => {
  expect(tokens.issue(user, session)).not.toBe(tokens.issue(user, session));
});

it('lasts as long as configured', () => {
  vi.useFakeTimers();
  const token = tokens.issue(user, session);
  vi.advanceTimersByTime(899_000);
  expect(tokens.verify(token).sub).toBe(user);
  vi.advanceTimersByTime(1_000);
  expect(() => tokens.verify(token)).toThrow(InvalidCredentialsProblem);
});

describe('refuses', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const [header, claims, signature] = sign(good()).split('.') as [string, string, string];

  it.each([
    ['alg none, unsigned', `${encode({ alg: 'none', kid, typ: 'JWT' })}.${claims}.`],
    ['alg none, with the signature of HS256', `${encode({ alg: 'none', kid })}.${claims}.${signature}`],
    ['alg NONE', `${encode({ alg: 'NONE', kid })}.${claims}.${signature}`],
    ['HS512 with the right key', sign(good(), { alg: 'HS512', kid })],
    ['HS384 with the right key', sign(good(), { alg: 'HS384', kid })],
    ['RS256 in the header of an HMAC', sign(good(), { alg: 'RS256', kid })],
    ['an HMAC keyed with a public key', sign(good(), { alg: 'HS256', kid }, publicPem)],
    [
      'a key of its own in the header',
      sign(good(), { alg: 'HS256', kid, jwk: { kty: 'oct', k: 'eA' } }, 'x'),
    ],
    ['no name of a key', sign(good(), { alg: 'HS256', typ: 'JWT' })],
    ['an unknown name of a key', sign(good(), { alg: 'HS256', kid: 'another' })],
    ['a list of names', sign(good(), { alg: 'HS256', kid: [kid] })],
    ['a foreign key', sign(good(), undefined, 'another-secret-of-more-than-32-characters')],
    ['an empty key', sign(good(), undefined, '')],
    ['expired', sign({ ...good(), exp: now() - 1 })],
    ['not yet valid', sign({ ...good(), nbf: now() + 60 })],
    ['without expiry', sign(without('exp'))],
    ['without its beginning', sign(without('iat'))],
    ['longer than is issued', sign({ ...good(), exp: now() + 901 })],
    ['much longer than is issued', sign({ ...good(), exp: 1e308 })],
    [
      'longer than is issued, from a beginning that is to come',
      sign({ ...good(), iat: now() + 900, exp: now() + 1800 }),
    ],
    ['critical header parameters', sign(good(), { alg: 'HS256', typ: 'JWT', kid, crit: ['b64'], b64: true })],
    ['no critical header parameters', sign(good(), { alg: 'HS256', typ: 'JWT', kid, crit: [] })],
    ['expiry as text', sign({ ...good(), exp: '9999999999' })],
    ['wrong audience', sign({ ...good(), aud: 'another-api' })],
    ['without audience', sign(without('aud'))],
    ['wrong issuer', sign({ ...good(), iss: 'evil' })],
    ['without issuer', sign(without('iss'))],
    ['without subject', sign(without('sub'))],
    ['subject that is no id', sign({ ...good(), sub: "' OR 1=1" })],
    ['subject that is a number', sign({ ...good(), sub: 1 })],
    ['without session', sign(without('sid'))],
    ['without type', sign(without('typ'))],
    ['of another type', sign({ ...good(), typ: 'refresh' })],
    ['changed claims', `${header}.${encode({ ...good(), sub: session })}.${signature}`],
    ['cut signature', `${header}.${claims}.${signature.slice(0, -1)}`],
    ['no signature', `${header}.${claims}.`],
    ['two parts', `${header}.${claims}`],
    ['four parts', `${header}.${claims}.${signature}.x`],
    ['claims that are no object', sign([user])],
    ['a refresh token', refreshSecrets.make()],
    ['nothing', ''],
  ])('%s', (_, token) => {
    expect(() => tokens.verify(token)).toThrow(InvalidCredentialsProblem);
  });

  it('any token with any one character changed', () => {
    const token = sign(good());
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_.'), (at, other) => {
        fc.pre(token[at] !== other);
        const changed = token.slice(0, at) + other + token.slice(at + 1);
        // Two bits in the last character of a signature are unused.
        fc.pre(at !== token.length - 1);
        expect(() => tokens.verify(changed)).toThrow(InvalidCredentialsProblem);
      }),
    );
  });

  it('any garbage, with the same error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (garbage) => {
        expect(() => tokens.verify(garbage)).toThrow(InvalidCredentialsProblem);
      }),
    );
  });
});

describe('keys', () => {
  const pair = () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    };
  };
  const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString());
  const { privatePem, publicPem } = pair();
  const signsWithKey = { JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: privatePem.replaceAll('\n', '\\n') };

  it('are identified in the header by their thumbprint, which reveals nothing else', () => {
    expect(headerOf(tokens.issue(user, session))).toEqual({ alg: 'HS256', typ: 'JWT', kid });
    expect(kid).toMatch(/^[\w-]{16}$/);
    expect(keyThumbprint(createSecretKey(Buffer.from('key')))).toBe(
      createHash('sha256').update('{"k":"a2V5","kty":"oct"}').digest('base64url').slice(0, 16),
    );
  });

  it('ES256 signs with the private key', () => {
    const es256 = tokensOf(signsWithKey);
    const token = es256.issue(user, session);
    expect(headerOf(token)).toMatchObject({ alg: 'ES256', kid: expect.stringMatching(/^[\w-]{16}$/) });
    expect(es256.verify(token)).toMatchObject({ sub: user });
    expect(() => tokens.verify(token)).toThrow(InvalidCredentialsProblem);
    expect(() => es256.verify(tokens.issue(user, session))).toThrow(InvalidCredentialsProblem);
  });

  it('ES256 accepts no HMAC with the id of its key', () => {
    const es256 = tokensOf(signsWithKey);
    const { kid: name } = headerOf(es256.issue(user, session));
    const forged = sign(good(), { alg: 'HS256', kid: name }, publicPem);
    expect(() => es256.verify(forged)).toThrow(InvalidCredentialsProblem);
  });

  it('verify but do not sign when they are former keys', () => {
    const other = pair();
    const issued = [tokens, tokensOf(signsWithKey)].map((former) => former.issue(user, session));
    const next = tokensOf({
      JWT_ALGORITHM: 'ES256',
      JWT_PRIVATE_KEY: other.privatePem,
      JWT_PREVIOUS_SECRETS: `another-secret-of-more-than-32-characters, ${SECRET}`,
      JWT_PREVIOUS_PUBLIC_KEYS: pair().publicPem + publicPem,
    });
    for (const token of issued) expect(next.verify(token)).toMatchObject({ sub: user });
    expect(headerOf(next.issue(user, session))).not.toMatchObject({ kid: headerOf(issued[1]!).kid });
    const without = tokensOf({ JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: other.privatePem });
    for (const token of issued) expect(() => without.verify(token)).toThrow(InvalidCredentialsProblem);
  });
});

it('requests a new token as in RFC 6750', () => {
  expect(new InvalidCredentialsProblem()).toMatchObject({
    detail: 'Invalid authentication credentials',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
});
