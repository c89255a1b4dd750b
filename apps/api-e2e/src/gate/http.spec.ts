import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCommonHeaders, expectProblem } from '../support/expect-problem.js';
import { call, type CallOptions, type Reply } from '../support/http-client.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { routeTableOf } from '../support/route-table.js';
import { TestApp } from '../support/test-app.js';

const ORIGIN = 'https://client.example';
const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'LOCK',
  'SEARCH',
  'REPORT',
  'PURGE',
];
const PROBE = '/api/v1/probe';

describe('The conventions of HTTP', () => {
  let app: TestApp;
  let paths: Map<string, Set<string>>;

  beforeAll(async () => {
    app = await TestApp.start({ ALLOWED_ORIGINS: ORIGIN, THROTTLE_LIMIT: '100000' }, [ProbeModule]);
    paths = new Map();
    for (const { method, path } of routeTableOf(app).routes) {
      const methods = paths.get(path) ?? new Set();
      paths.set(path, methods.add(method));
      if (method === 'GET') methods.add('HEAD');
    }
  });
  afterAll(() => app.stop());

  const request = (method: string, path: string, options?: CallOptions): Promise<Reply> =>
    call(app.url, method, path, options);
  const pathOf = (pattern: string) => pattern.replace(/:\w+/g, '17');
  const allowOf = (methods: Set<string>) =>
    [...METHODS.filter((method) => methods.has(method)), 'OPTIONS'].join(', ');

  it('a method that a path does not support is 405 with Allow, for every caller', async () => {
    for (const [pattern, methods] of paths) {
      for (const method of METHODS.filter((name) => !methods.has(name))) {
        for (const [name, value] of [
          ['accept', '*/*'],
          ['authorization', 'Bearer bad'],
          ['content-type', ';;;'],
        ] as const) {
          const reply = await request(method, `${pathOf(pattern)}?a=%zz`, { headers: { [name]: value } });
          expectProblem(reply, 405);
          expect([pattern, reply.headers.allow]).toEqual([pattern, allowOf(methods)]);
        }
      }
    }
  });

  it('OPTIONS is 204 with Allow, without credentials, and 404 for unknown paths', async () => {
    for (const [pattern, methods] of paths) {
      const reply = await request('OPTIONS', pathOf(pattern));
      expect([pattern, reply.status, reply.headers.allow, reply.text]).toEqual([
        pattern,
        204,
        allowOf(methods),
        '',
      ]);
      expectCommonHeaders(reply);
    }
    expectProblem(await request('OPTIONS', '/nothing'), 404);
  });

  it('HEAD has the headers of GET and no body', async () => {
    const varying = ({ headers }: Reply) => ({
      ...headers,
      date: 0,
      'x-request-id': 0,
      'x-process-time': 0,
      ratelimit: 0,
      'ratelimit-remaining': 0,
      'ratelimit-reset': 0,
      age: 0,
    });
    for (const path of [
      `${PROBE}/public`,
      `${PROBE}/cache/large`,
      '/api/v1/things',
      '/health/live',
      '/docs',
      '/openapi.json',
      `${PROBE}/fails`,
      '/nothing',
    ]) {
      await request('GET', path);
      const [get, head] = [await request('GET', path), await request('HEAD', path)];
      expect([path, head.status, head.text]).toEqual([path, get.status, '']);
      const lengths = get.status < 400 ? {} : { 'content-length': 0 };
      expect({ path, ...varying(head), ...lengths }).toEqual({ path, ...varying(get), ...lengths });
      if (get.status < 400) expect(Number(head.headers['content-length'])).toBe(get.bytes.length);
    }
  });

  it('a trailing slash is the same path, and path parameters are decoded', async () => {
    for (const path of ['/api/v1/things/', '/health/live/', '/docs/', '/problems/', `${PROBE}/public/`]) {
      expect([path, (await request('GET', path)).status]).toEqual([path, 200]);
    }
    expect(
      JSON.parse((await request('GET', `${PROBE}/cache/path/author%20four%2F%C3%A9%25/`)).text).text,
    ).toBe('author four/é%');
  });

  it.each(['abc', 'a.b:c-D_1', '0123456789abcdef'.repeat(8)])(
    'X-Request-Id is the caller’s when it is sane: %s',
    async (id) => {
      const headers = { 'x-request-id': id };
      for (const path of [`${PROBE}/public`, `${PROBE}/fails`, '/nothing', '/api/v1/users']) {
        expect((await request('GET', path, { headers })).headers['x-request-id']).toBe(id);
      }
    },
  );

  it.each(['', 'a b', 'x'.repeat(129), 'é', '<script>', 'a"b', 'a,b', '{}'])(
    'and a new one when it is not: %s',
    async (id) => {
      const headers = { 'x-request-id': Buffer.from(id).toString('latin1') };
      const replies = [
        await request('GET', '/nothing', { headers }),
        await request('GET', '/nothing', { headers }),
      ];
      const ids = replies.map((reply) => reply.headers['x-request-id']);
      expect(ids[0]).toMatch(/^[\da-f-]{36}$/);
      expect(ids[1]).not.toBe(ids[0]);
    },
  );

  it('CORS headers are on successes, errors and preflights, for allowed origins only', async () => {
    const allowed = { 'access-control-allow-origin': ORIGIN, 'access-control-allow-credentials': 'true' };
    const preflight = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    for (const [method, path] of [
      ['GET', '/api/v1/things'],
      ['GET', '/nothing'],
      ['GET', '/api/v1/users'],
      ['GET', `${PROBE}/fails`],
      ['PUT', '/api/v1/things'],
      ['OPTIONS', '/api/v1/things'],
      ['GET', '/api/v1/things/%ff'],
    ] as const) {
      const ours = await request(method, path, { headers: { origin: ORIGIN } });
      expect({ path, ...ours.headers }).toMatchObject({
        path,
        ...allowed,
        vary: expect.stringContaining('Origin'),
      });
      expect(ours.headers['access-control-expose-headers']).toMatch(
        /X-Total-Count.*RateLimit, RateLimit-Policy/,
      );
      for (const origin of [
        'https://evil.example',
        'null',
        `${ORIGIN}.evil.example`,
        'http://client.example',
      ]) {
        const { headers } = await request(method, path, { headers: { origin } });
        expect(headers).not.toHaveProperty('access-control-allow-origin');
        expect(headers.vary).toContain('Origin');
      }
    }
    const { status, headers } = await request('OPTIONS', '/api/v1/things', {
      headers: { origin: ORIGIN, ...preflight },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      ...allowed,
      'access-control-allow-methods': 'GET, HEAD, POST, OPTIONS',
      'access-control-max-age': '3600',
    });
    expect(headers['access-control-allow-headers']).toMatch(/Authorization/);
  });

  it('every origin may call in development, and only there', async () => {
    const origin = 'https://any.example';
    const allowed = async (NODE_ENV: string) => {
      const other = await TestApp.start({ NODE_ENV }, [ProbeModule]);
      const { headers } = await call(other.url, 'GET', '/api/v1/things', { headers: { origin } });
      await other.stop();
      return headers['access-control-allow-origin'];
    };
    expect([await allowed('development'), await allowed('test')]).toEqual([origin, undefined]);
  });

  it('the version comes from the path, else from X-API-Version, else it is 1.0', async () => {
    const status = async (path: string, version?: string) =>
      (await request('GET', path, { headers: version === undefined ? {} : { 'x-api-version': version } }))
        .status;
    expect([
      await status('/api/things'),
      await status('/api/things', '1.0'),
      await status('/api/things', '1'),
      await status('/api/v1/things', '9.0'),
    ]).toEqual([200, 200, 200, 200]);
    for (const [path, version] of [
      ['/api/v9/things'],
      ['/api/things', '9.0'],
      ['/api/things', '1.'],
      ['/api/things', '1.1'],
      ['/api/things', '01x'],
      ['/api/things', ''],
      ['/api/vx/things'],
      ['/api/things', '1.0, 2.0'],
    ] as const) {
      const reply = await request('GET', path, {
        headers: version === undefined ? {} : { 'x-api-version': version },
      });
      expect([path, version, reply.status]).toEqual([path, version, 400]);
      expect(JSON.parse(reply.text)).toMatchObject({
        detail: 'Unsupported API version',
        type: '/problems/unsupported-api-version',
      });
    }
    expect(await status('/api/v1/nothing')).toBe(404);
  });

  it('a response for an unversioned path varies by the header', async () => {
    for (const [path, depends] of [
      ['/api/things', true],
      ['/api/users', true],
      ['/api/nothing', true],
      ['/api/things?page=0', true],
      ['/api/v1/things', false],
      ['/health/live', false],
      ['/nothing', false],
    ] as const) {
      const replies = [
        await request('GET', path),
        await request('GET', path, { headers: { 'x-api-version': '9' } }),
      ];
      for (const { headers } of replies)
        expect([path, /x-api-version/i.test(String(headers.vary))]).toEqual([path, depends]);
    }
  });

  it('the root redirects to Swagger UI', async () => {
    for (const accept of ['text/html', '*/*', 'application/json']) {
      const { status, headers } = await request('GET', '/', { headers: { accept } });
      expect([status, headers.location]).toEqual([302, '/docs']);
    }
  });

  it('bodies over 1000 bytes are compressed as the client accepts, others are not', async () => {
    const path = `${PROBE}/cache/large`;
    const plain = await request('GET', path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.vary).toMatch(/accept-encoding/i);
    for (const [encoding, decode] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const reply = await request('GET', path, { headers: { 'accept-encoding': encoding } });
      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(reply.headers.vary).toMatch(/accept-encoding/i);
      expect(decode(reply.bytes).equals(plain.bytes)).toBe(true);
      const coded = String(plain.headers.etag).replace(/"$/, `-${encoding}"`);
      expect(reply.headers.etag).toBe(coded);
      const again = { 'accept-encoding': encoding, 'if-none-match': coded };
      expect((await request('GET', path, { headers: again })).status).toBe(304);
      const small = await request('GET', `${PROBE}/public`, { headers: { 'accept-encoding': encoding } });
      expect(small.headers['content-encoding']).toBeUndefined();
    }
  });
});
