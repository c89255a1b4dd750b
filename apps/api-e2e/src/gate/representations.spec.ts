import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type Reply } from '../support/http-client.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { TestApp } from '../support/test-app.js';

const DECODERS = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  identity: (bytes: Buffer) => bytes,
};
const TAGGED = [
  '/openapi.json',
  '/openapi.yaml',
  '/docs',
  '/docs/swagger-ui-bundle.js',
  '/docs/favicon-32x32.png',
  '/redoc',
  '/redoc/redoc.standalone.js',
  '/problems',
  '/problems/validation',
  '/api/v1/things?pageSize=50',
  '/api/v1/things/1',
  // needs: books
  '/api/v1/books?pageSize=100&sort=title',
  '/api/v1/books/1',
  // end
  // needs: ticketing
  '/api/v1/ticketing/events',
  // end
  '/api/v1/users?pageSize=100',
  '/api/v1/permissions',
];
// needs: books-transfer
const STREAMED = ['/api/v1/books/export?format=ndjson', '/api/v1/books/export?format=csv'];
// end
/** Headers that describe the request rather than the response. */
const OWN =
  /^(date|keep-alive|connection|transfer-encoding|x-request-id|x-process-time|ratelimit.*|age|x-cache)$/;

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' }, [ProbeModule]);
  token = await app.loginAs('admin');
});
afterAll(() => app?.stop());

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  return call(app.url, method, path, { headers: { authorization: `Bearer ${token}`, ...headers } });
}

const described = ({ headers }: Reply) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.test(name)));

describe.each(TAGGED)('%s', (path) => {
  it.each(['identity', 'br', 'gzip'] as const)('in %s has its own tag', async (coding) => {
    const plain = await ask('GET', path);
    const coded = await ask('GET', path, { 'accept-encoding': coding });
    const sent = (coded.headers['content-encoding'] ?? 'identity') as keyof typeof DECODERS;
    const isLarge = plain.bytes.length >= 1000 && !path.endsWith('.png');
    expect(sent).toBe(isLarge ? coding : 'identity');
    expect(DECODERS[sent](coded.bytes).equals(plain.bytes)).toBe(true);
    const tag = String(plain.headers.etag);
    expect(tag).toMatch(/^"[^"]+"$/);
    expect(coded.headers.etag).toBe(sent === 'identity' ? tag : tag.replace(/"$/, `-${sent}"`));
    expect(coded.headers.vary).toMatch(/accept-encoding/i);
  });

  it.each(['identity', 'br', 'gzip', 'gzip, br;q=0.1'])(
    'accepting %s is described by HEAD as by GET, and has no body there',
    async (accepted) => {
      const [get, head] = [
        await ask('GET', path, { 'accept-encoding': accepted }),
        await ask('HEAD', path, { 'accept-encoding': accepted }),
      ];
      expect([head.status, head.bytes.length]).toEqual([200, 0]);
      expect(described(head)).toEqual(described(get));
      expect(head.headers['content-length']).toBe(String(get.bytes.length));
    },
  );

  it.each(['identity', 'br', 'gzip'])(
    'accepting %s is 304 for a client that has it in any coding, with the tag of what was asked for',
    async (accepted) => {
      const { headers } = await ask('GET', path, { 'accept-encoding': accepted });
      const plain = String((await ask('GET', path)).headers.etag);
      const known = [plain, plain.replace(/"$/, '-br"'), `W/${plain}`, `"x", ${headers.etag}`, '*'];
      for (const method of ['GET', 'HEAD']) {
        for (const condition of known) {
          const again = await ask(method, path, {
            'accept-encoding': accepted,
            'if-none-match': condition,
          });
          expect([method, condition, again.status, again.text]).toEqual([method, condition, 304, '']);
          expect(again.headers.etag).toBe(headers.etag);
          expect(again.headers['cache-control']).toBe(headers['cache-control']);
          expect(again.headers.vary).toMatch(/accept-encoding/i);
          for (const name of ['content-length', 'content-type', 'content-encoding', 'transfer-encoding'])
            expect([name, again.headers[name]]).toEqual([name, undefined]);
        }
        const other = await ask(method, path, { 'accept-encoding': accepted, 'if-none-match': '"x"' });
        expect(other.status).toBe(200);
      }
    },
  );
});

// needs: books-transfer
describe.each(STREAMED)('%s', (path) => {
  it.each(['br', 'gzip'] as const)('is sent compressed with %s, which HEAD reports', async (coding) => {
    const plain = await ask('GET', path);
    const coded = await ask('GET', path, { 'accept-encoding': coding });
    expect(coded.headers['content-encoding']).toBe(coding);
    expect(DECODERS[coding](coded.bytes).equals(plain.bytes)).toBe(true);
    const head = await ask('HEAD', path, { 'accept-encoding': coding });
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(described(head)).toEqual(described(coded));
  });
});
// end

describe('Accept-Encoding', () => {
  it.each([
    ['gzip;q=0.5, br;q=0.4', 'gzip'],
    ['gzip;q=0.5, br;q=0.5', 'br'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0, *;q=0.1', 'gzip'],
    ['gzip ; q=0.8 , deflate', 'gzip'],
    ['gzip;q=0, br;q=0', undefined],
    ['*;q=0', undefined],
    ['gzip;q=0.5, identity', undefined],
    ['identity;q=0.5, gzip;q=0.4', undefined],
    ['identity;q=0, gzip', 'gzip'],
    ['deflate, zstd', undefined],
    ['', undefined],
    [';q=1,,', undefined],
  ])('%s means %s', async (accepted, coding) => {
    const reply = await ask('GET', '/problems', { 'accept-encoding': accepted });
    expect([reply.status, reply.headers['content-encoding']]).toEqual([200, coding]);
  });

  it('encodes small bodies as well when identity is refused', async () => {
    const small = await ask('GET', '/health/live', { 'accept-encoding': 'gzip, identity;q=0' });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(small.bytes).toString())).toMatchObject({ status: expect.any(String) });
  });

  it('applies to problems, for HEAD as for GET', async () => {
    const headers = { 'accept-encoding': 'gzip, identity;q=0' };
    const [get, head] = [await ask('GET', '/nothing', headers), await ask('HEAD', '/nothing', headers)];
    expect([get.status, JSON.parse(gunzipSync(get.bytes).toString()).status]).toEqual([404, 404]);
    expect([head.status, head.bytes.length, head.headers['content-encoding']]).toEqual([404, 0, 'gzip']);
  });
});
