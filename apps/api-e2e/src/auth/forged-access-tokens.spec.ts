import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asymmetric, forge, hmac, parseToken, type Token, unsigned } from '../support/forge.js';
import { rawRequest } from '../support/raw-request.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { PASSWORD, TestApp } from '../support/test-app.js';

const INVALID = 'Invalid authentication credentials';
const UNKNOWN = '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081';
/** A public route, and one for users. */
const ROUTES = ['/api/v1/things?pageSize=1', '/api/v1/users/me'];

const secret = randomBytes(48).toString('base64');
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }) as string;
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const foreignEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreignRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

const now = (): number => Math.floor(Date.now() / 1000);

describe.each([
  ['HS256', { JWT_SECRET: secret }, hmac(secret)],
  [
    'ES256',
    { JWT_SECRET: secret, JWT_ALGORITHM: 'ES256', JWT_PRIVATE_KEY: privatePem },
    asymmetric(privateKey),
  ],
])('access tokens signed with %s', (algorithm, variables, sign) => {
  let app: TestApp;
  let admin: string;
  let refreshToken: string;
  /** A valid token, which every attack changes. */
  let good: Token;
  let made = 0;

  async function logIn(username: string): Promise<{ access_token: string; refresh_token: string }> {
    const body = { username, password: PASSWORD };
    return (await app.request('POST', '/api/v1/auth/login', { body })).body;
  }
  async function newUser(): Promise<{ id: string; token: string }> {
    const username = `target-${++made}`;
    const body = { username, email: `${username}@example.com`, password: PASSWORD };
    const { body: user } = await app.request('POST', '/api/v1/auth/register', { body });
    return { id: user.id, token: (await logIn(username)).access_token };
  }

  beforeAll(async () => {
    app = await TestApp.start(variables, [ProbeModule]);
    admin = await app.loginAs('admin');
    const tokens = await logIn('demo');
    good = parseToken(tokens.access_token);
    refreshToken = tokens.refresh_token;
  });
  afterAll(() => app.stop());

  async function expectRefused(token: string, detail = INVALID): Promise<void> {
    for (const path of ROUTES) {
      const { status, headers, body } = await app.request('GET', path, { token });
      expect([path, status, body.detail]).toEqual([path, 401, detail]);
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
  }
  /** The valid token with other header parameters, signed with the right key. */
  const withHeader = (changes: object): string => forge({ ...good.header, ...changes }, good.claims, sign);
  /** The valid token with other claims, signed with the right key. */
  const withClaims = (changes: object): string => forge(good.header, { ...good.claims, ...changes }, sign);

  it('are accepted as issued, and as this spec signs them', async () => {
    expect(good.header).toEqual({ alg: algorithm, typ: 'JWT', kid: expect.stringMatching(/^[\w-]{16}$/) });
    for (const path of ROUTES) {
      const { status } = await app.request('GET', path, { token: forge(good.header, good.claims, sign) });
      expect(status).toBe(200);
    }
  });

  describe('the algorithm', () => {
    it.each(['none', 'None', 'NONE', 'nOnE', '', null, 'none\u0000', ['none']])(
      'alg %j, unsigned',
      async (alg) => {
        await expectRefused(forge({ ...good.header, alg }, good.claims, unsigned));
      },
    );

    it.each(['none', 'NONE'])('alg %s, with the right signature', async (alg) => {
      await expectRefused(withHeader({ alg }));
    });

    it('the right header without a signature', async () => {
      await expectRefused(forge(good.header, good.claims, unsigned));
    });

    it.each(['HS256', 'HS384', 'HS512'])('%s keyed with the public key', async (alg) => {
      const hash = alg.replace('HS', 'sha');
      for (const key of [publicPem, publicPem.trim()]) {
        await expectRefused(forge({ ...good.header, alg }, good.claims, hmac(key, hash)));
      }
    });

    it.each(['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'XX256'])(
      '%s in the header, when it is another one',
      async (alg) => {
        if (alg !== algorithm) await expectRefused(withHeader({ alg }));
      },
    );

    it.each(['HS384', 'HS512'])('%s with the secret', async (alg) => {
      await expectRefused(
        forge({ ...good.header, alg }, good.claims, hmac(secret, alg.replace('HS', 'sha'))),
      );
    });

    it('RS256 and ES256 with foreign keys', async () => {
      for (const [alg, pair] of [
        ['RS256', foreignRsa],
        ['ES256', foreignEc],
      ] as const) {
        await expectRefused(forge({ ...good.header, alg }, good.claims, asymmetric(pair.privateKey)));
      }
    });
  });

  describe('the key', () => {
    it('a foreign secret', async () => {
      for (const foreign of ['', 'secret', randomBytes(48).toString('base64')]) {
        await expectRefused(forge({ ...good.header, alg: 'HS256' }, good.claims, hmac(foreign)));
      }
    });

    it.each([
      ['no name', undefined],
      ['a foreign name', 'AAAAAAAAAAAAAAAA'],
      ['an empty name', ''],
      ['a path', '../../../../dev/null'],
      ['a URL', 'https://evil.example/key'],
      ['SQL', "x' UNION SELECT 'key' --"],
      ['a member of every object', '__proto__'],
      ['another one', 'constructor'],
      ['a list', ['a']],
      ['an object', { kid: 'a' }],
      ['a number', 0],
      ['null', null],
      ['a huge name', 'k'.repeat(8_000)],
      ['a name with NUL', 'a\u0000b'],
    ])('kid: %s', async (_, kid) => {
      await expectRefused(withHeader({ kid }));
      await expectRefused(forge({ ...good.header, alg: 'HS256', kid }, good.claims, hmac('')));
    });

    it('the right name in a list', async () => {
      await expectRefused(withHeader({ kid: [good.header['kid']] }));
    });

    it('jwk, jku, x5u and x5c in the header are ignored', async () => {
      const jwk = foreignEc.publicKey.export({ format: 'jwk' });
      const der = foreignEc.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const parameters = { jwk, jku: `${app.url}/jwks`, x5u: `${app.url}/cert`, x5c: [der] };
      for (const kid of [good.header['kid'], 'evil', undefined]) {
        const header = { ...good.header, alg: 'ES256', kid, ...parameters };
        await expectRefused(forge(header, good.claims, asymmetric(foreignEc.privateKey)));
      }
      const oct = { kty: 'oct', k: Buffer.from('evil').toString('base64url') };
      await expectRefused(forge({ ...good.header, alg: 'HS256', jwk: oct }, good.claims, hmac('evil')));
    });
  });

  describe('the claims', () => {
    it.each<[string, () => object]>([
      ['expired', () => ({ exp: now() - 1 })],
      ['expired long ago', () => ({ exp: 0 })],
      ['longer than is issued', () => ({ iat: now(), exp: now() + 86_400 })],
      ['not long from now, but from a beginning long ago', () => ({ iat: now() - 86_400, exp: now() + 60 })],
      ['without an end', () => ({ exp: undefined })],
      ['its end as text', () => ({ exp: String(now() + 60) })],
      ['its end in a list', () => ({ exp: [now() + 60] })],
      ['not yet valid', () => ({ nbf: now() + 60 })],
      ['its beginning as text', () => ({ nbf: 'now' })],
      ['for others', () => ({ aud: 'another-api' })],
      ['for nobody', () => ({ aud: undefined })],
      ['for an empty list', () => ({ aud: [] })],
      ['from others', () => ({ iss: 'evil' })],
      ['from nobody', () => ({ iss: undefined })],
      ['of nobody', () => ({ sub: undefined })],
      ['of a number', () => ({ sub: 1 })],
      ['of a list', () => ({ sub: [good.claims['sub']] })],
      ['of SQL', () => ({ sub: "' OR 1=1 --" })],
      ['of no log-in', () => ({ sid: undefined })],
      ['of a log-in that is none', () => ({ sid: UNKNOWN })],
      ['of a log-in that is no text', () => ({ sid: { $ne: null } })],
      ['of another kind', () => ({ typ: 'refresh' })],
      ['of no kind', () => ({ typ: undefined })],
    ])('%s', async (_, changes) => {
      await expectRefused(withClaims(changes()));
    });

    it.each(['text', [], [{}], null, 5, true])('that are no object: %j', async (claims) => {
      await expectRefused(forge(good.header, claims, sign));
    });

    it('of another user, with the session of this one', async () => {
      const { id } = await newUser();
      await expectRefused(withClaims({ sub: id }));
      await expectRefused(withClaims({ sub: UNKNOWN }), 'User not found');
    });

    it('changed after signing', async () => {
      const [header, , signature] = forge(good.header, good.claims, sign).split('.');
      const { claims } = { claims: { ...good.claims, role: 'admin' } };
      const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
      await expectRefused(`${header}.${changed}.${signature}`);
    });
  });

  describe('the token', () => {
    it('a refresh token', async () => {
      await expectRefused(refreshToken);
    });

    it('of a deleted user', async () => {
      const { id, token } = await newUser();
      expect((await app.request('GET', ROUTES[1]!, { token })).status).toBe(200);
      await app.request('DELETE', `/api/v1/users/${id}`, { token: admin });
      await expectRefused(token, 'User not found');
    });

    it('of a disabled user', async () => {
      const { id, token } = await newUser();
      await app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body: { isActive: false } });
      await expectRefused(token);
    });

    it.each([
      ['one part', (token: string) => token.split('.')[0]!],
      ['two parts', (token: string) => token.split('.').slice(0, 2).join('.')],
      ['four parts', (token: string) => `${token}.x`],
      ['five parts, as if it were encrypted', (token: string) => `${token}.x.x`],
      ['only dots', () => '..'],
      ['a header that is no JSON', (token: string) => `x${token.slice(token.indexOf('.'))}`],
      ['a header that is null', (token: string) => `bnVsbA${token.slice(token.indexOf('.'))}`],
      ['8 kB of signature', (token: string) => token + 'A'.repeat(8_000)],
      ['8 kB of claims', () => withClaims({ padding: 'A'.repeat(8_000) })],
    ])('%s', async (_, change) => {
      await expectRefused(change(forge(good.header, good.claims, sign)));
    });

    it('larger than the limit of a header', async () => {
      const { status } = await app.request('GET', ROUTES[0]!, { token: 'A'.repeat(100_000) });
      expect(status).toBe(431);
    });

    it('sent twice, each of them valid', async () => {
      const token = forge(good.header, good.claims, sign);
      for (const path of ROUTES) {
        const lines = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close'];
        const headers = [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`];
        const answer = await rawRequest(app.url, `${[...lines, ...headers].join('\r\n')}\r\n\r\n`);
        expect(answer).toMatch(/^HTTP\/1\.1 401 /);
        expect(answer).toContain(INVALID);
      }
    });
  });
});
