import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Reply } from '../support/http-client.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { rawRequest } from '../support/raw-request.js';
import { TestApp } from '../support/test-app.js';

describe('Behind a proxy with its own notation of addresses', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start(
      { TRUST_PROXY: 'loopback', EDGE_LIMIT: '4', LOGIN_ATTEMPTS: '2', THROTTLE_LIMIT: '2' },
      [ProbeModule],
    );
  });
  afterAll(() => app.stop());

  const get = (path: string, forwarded: string | string[]): Promise<Reply> =>
    call(app.url, 'GET', path, { headers: { 'x-forwarded-for': forwarded } });

  /** Each list is one client, with more requests than any limit allows. */
  const spellings = (n: number): string[][] => [
    [1, 2, 3, 4, 5].map((port) => `203.0.113.${n}:${50_000 + port}`),
    [1, 2, 3, 4, 5].map((zeros) => `203.${'0'.repeat(zeros)}.114.${n}`),
    [1, 2, 3, 4, 5].map((port) => `[2001:db8:${n}::${port}]:${port}`),
    [`2001:DB8:a${n}::1`, `2001:db8:a${n}:0:1::2`, `"[2001:db8:a${n}::3]"`, `2001:0db8:0a${n}::4%x`, `2001:db8:a${n}::5%y`],
    [`::ffff:198.51.100.${n}`, `198.51.100.${n}`, `[::ffff:198.51.100.${n}]:1`, `::FFFF:c633:64${n.toString(16).padStart(2, '0')}`, `0::ffff:198.51.100.${n}`],
    ['unknown', '_hidden', 'a, _b', `203.0.113.${n}, unknown`, '""'],
  ]; // prettier-ignore

  it('the edge limit recognises each client', async () => {
    for (const client of spellings(11)) {
      const statuses = [];
      for (const forwarded of client) statuses.push((await get('/health/live', forwarded)).status);
      expect([client[0], ...statuses]).toEqual([client[0], 200, 200, 200, 200, 429]);
    }
    expect((await get('/health/live', ['198.51.100.200', '203.0.113.11:1'])).status).toBe(429);
    expect((await get('/health/live', ['203.0.113.11', '198.51.100.200:1'])).status).toBe(200);
  });

  it('so does the throttle', async () => {
    for (const client of spellings(12).slice(0, 5)) {
      const statuses = [];
      for (const forwarded of client.slice(0, 3))
        statuses.push((await get('/api/v1/probe/public', forwarded)).status);
      expect([client[0], ...statuses]).toEqual([client[0], 200, 200, 429]);
    }
  });

  it('so does the protection of passwords, and an account’s list of sessions shows the address', async () => {
    const logIn = (forwarded: string, password: string): Promise<Reply> =>
      call(app.url, 'POST', '/api/v1/auth/login', {
        headers: { 'x-forwarded-for': forwarded, 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'demo', password }),
      });
    expect((await logIn('203.0.113.13:1', 'wrong')).status).toBe(401);
    expect((await logIn('203.0.113.013:2', 'wrong')).status).toBe(401);
    expectProblem(await logIn('203.000.113.13:3', 'Passw0rd'), 429);
    const { access_token } = JSON.parse((await logIn('[2001:DB8:13::1]:443', 'Passw0rd')).text);
    const { body } = await app.request('GET', '/api/v1/auth/sessions', {
      token: access_token,
      headers: { 'x-forwarded-for': '203.0.113.14' },
    });
    const sessions = Array.isArray(body) ? body : body.items;
    expect(JSON.stringify(sessions)).toContain('"2001:db8:13::1"');
  });
});

describe('HTTPS_REDIRECT and ALLOWED_HOSTS behind a proxy', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start(
      {
        TRUST_PROXY: 'loopback',
        HTTPS_REDIRECT: 'true',
        ALLOWED_HOSTS: 'example.test,*.Example.org,::1',
      },
      [ProbeModule],
    );
  });
  afterAll(() => app.stop());

  const get = (protocol: string | string[], host = 'example.test'): Promise<Reply> =>
    call(app.url, 'GET', '/api/v1/things?page=1', { headers: { 'x-forwarded-proto': protocol, host } });

  it.each(['https', 'HTTPS', 'https,http', 'https, http', 'Https , http', ['https', 'http'], ', https'])(
    'a client of %j is not sent to where it is',
    async (protocol) => {
      const { status, headers } = await get(protocol);
      expect(status).toBe(200);
      expect(headers['strict-transport-security']).toContain('max-age=31536000');
    },
  );

  it.each(['/', '/openapi.json', '/docs', '/problems', '/static/sockets.html', '/api/v1/things'])(
    '%s refuses an unknown host with a problem document',
    async (path) => {
      expectProblem(await call(app.url, 'GET', path, { headers: { host: 'evil.example' } }), 400);
    },
  );

  it.each([
    ['/api/v1/things/%ff', 400, 'malformed-request'],
    [`/api/v1/things/${'1'.repeat(2_000)}`, 414, 'uri-too-long'],
  ])('nor is one whose path the router refuses: %.20s', async (path, status, slug) => {
    const headers = {
      host: 'proxy.internal',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'example.test',
    };
    const { type } = expectProblem(await call(app.url, 'GET', path, { headers }), status);
    expect(type).toBe(`/problems/${slug}`);
  });

  it.each(['http', 'HTTP', 'http,https', 'gopher', ''])('a client of %j is', async (protocol) => {
    const { status, headers } = await get(protocol);
    expect([status, headers.location]).toEqual([308, 'https://example.test/api/v1/things?page=1']);
  });

  it('redirects a target in absolute form to the path, and answers OPTIONS * directly', async () => {
    const head = 'HTTP/1.1\r\nHost: example.test\r\nConnection: close\r\n\r\n';
    const redirected = await rawRequest(app.url, `GET http://example.test/api/things?page=1 ${head}`);
    expect(redirected).toContain('\r\nlocation: https://example.test/api/things?page=1\r\n');
    expect(await rawRequest(app.url, `OPTIONS * ${head}`)).toMatch(/^HTTP\/1\.1 204 /);
  });

  it.each(['EXAMPLE.test', 'example.test.', 'example.test:8443', 'example.test.:80', 'a.example.org.', '[::1]:3000', '[0:0::1]'])(
    'answers for %s',
    async (host) => expect((await get('https', host)).status).toBe(200),
  ); // prettier-ignore

  it.each(['evil.test', 'example.test.evil.test', 'example.org', '127.0.0.1', '[::2]'])(
    'does not answer for %s',
    async (host) => expect(expectProblem(await get('https', host), 400).detail).toBe('Unknown host'),
  );
});
