import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type Reply } from '../support/http-client.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { rawRequest } from '../support/raw-request.js';
import { TestApp } from '../support/test-app.js';

const HOST = 'api.example';
const ORIGIN = 'https://client.example';
const METRICS_TOKEN = 'metrics-token-of-the-spec-0123456789';
const HSTS = 'max-age=31536000; includeSubDomains';

let app: TestApp;
let token: string;

beforeAll(async () => {
  app = await TestApp.start(
    {
      // Keeps and shows mails.
      NODE_ENV: 'development',
      PUBLIC_URL: `https://${HOST}`,
      TRUST_PROXY: 'loopback',
      ALLOWED_HOSTS: HOST,
      ALLOWED_ORIGINS: ORIGIN,
      // needs: payments
      PAYMENT_PROVIDER: 'sandbox',
      // end
      METRICS_TOKEN,
    },
    [ProbeModule],
  );
  const login = { username: 'admin', password: 'Passw0rd' };
  const headers = { host: HOST, 'content-type': 'application/json' };
  const answer = await call(app.url, 'POST', '/api/v1/auth/login', { headers, body: JSON.stringify(login) });
  token = JSON.parse(answer.text).access_token;
});
afterAll(() => app?.stop());

interface Asked {
  headers?: Record<string, string>;
  body?: string;
}

/** Headers of a client with the allowed origin, behind an HTTPS proxy. */
const ask = (method: string, path: string, { headers, body }: Asked = {}): Promise<Reply> =>
  call(app.url, method, path, {
    headers: { host: HOST, origin: ORIGIN, 'x-forwarded-proto': 'https', ...headers },
    body,
  });

const bearer = () => ({ authorization: `Bearer ${token}` });
const json = { 'content-type': 'application/json' };

/** A kind of response, and a request that causes it. */
const answers: [status: number, name: string, answer: () => Promise<Reply>][] = [
  [200, 'JSON', () => ask('GET', '/api/v1/things')],
  [200, 'JSON of the cache', () => ask('GET', '/api/v1/things').then(() => ask('GET', '/api/v1/things'))],
  [200, 'a compressed answer', () => ask('GET', '/openapi.json', { headers: { 'accept-encoding': 'br' } })],
  [200, 'HEAD', () => ask('HEAD', '/api/v1/things')],
  // needs: books-transfer
  [200, 'an export', () => ask('GET', '/api/v1/books/export')],
  // end
  [200, 'metrics', () => ask('GET', '/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })],
  [200, 'health', () => ask('GET', '/health/ready')],
  ...[
    '/docs',
    '/docs/initializer.js',
    '/docs/logo.svg',
    '/docs/style.css',
    '/docs/swagger-ui-bundle.js',
    '/docs/favicon-32x32.png',
    '/redoc',
    '/redoc/redoc.standalone.js',
    '/openapi.json',
    '/openapi.yaml',
    '/problems',
    '/problems/validation',
    // needs: account-recovery
    '/account/reset-password',
    '/account/account.js',
    '/account/account.css',
    // end
    '/dev/mail',
  ].map((path): [number, string, () => Promise<Reply>] => [200, path, () => ask('GET', path)]),
  [201, 'a created resource', () =>
    ask('POST', '/api/v1/groups', { headers: { ...bearer(), ...json }, body: '{"name":"Headers"}' })],
  // needs: account-recovery
  [202, 'accepted work', () =>
    ask('POST', '/api/v1/auth/forgot-password', { headers: json, body: '{"email":"nobody@example.com"}' })],
  // end
  [204, 'nothing to say', () =>
    ask('PUT', '/api/v1/permissions/audit.read/grants/role/user', { headers: bearer() })],
  [204, 'OPTIONS', () => ask('OPTIONS', '/api/v1/things')],
  [204, 'OPTIONS of a document', () => ask('OPTIONS', '/docs')],
  [204, 'OPTIONS of the server', () => ask('OPTIONS', '*')],
  [204, 'a preflight', () =>
    ask('OPTIONS', '/api/v1/things', { headers: { 'access-control-request-method': 'POST' } })],
  [302, 'a redirect', () => ask('GET', '/')],
  [304, 'not modified', () => ask('GET', '/api/v1/things', { headers: { 'if-none-match': '*' } })],
  [304, 'a document that is not modified', () => ask('GET', '/docs', { headers: { 'if-none-match': '*' } })],
  [400, 'a host that is not allowed', () => ask('GET', '/api/v1/things', { headers: { host: 'evil.example' } })],
  [400, 'a Host that is none', () => ask('GET', '/api/v1/things', { headers: { host: 'a b' } })],
  [400, 'an unknown version', () => ask('GET', '/api/v9/things')],
  [400, 'a path that is not valid', () => ask('GET', '/api/v1/things/%ff')],
  [400, 'JSON that is none', () => ask('POST', '/api/v1/auth/login', { headers: json, body: '{' })],
  [401, 'no credentials', () => ask('GET', '/api/v1/users')],
  [401, 'bad credentials', () => ask('GET', '/api/v1/things', { headers: { authorization: 'Bearer bad' } })],
  [404, 'nothing there', () => ask('GET', '/nothing')],
  [404, 'no such resource', () => ask('GET', '/api/v1/things/99999999')],
  [404, 'no such document', () => ask('GET', '/docs/nothing.js')],
  // needs: payments
  [404, 'a page for a person', () => ask('GET', '/checkout/nothing', { headers: { accept: 'text/html' } })],
  // end
  [405, 'another method', () => ask('PUT', '/api/v1/things')],
  [405, 'another method of a document', () => ask('POST', '/docs')],
  [412, 'a precondition', () =>
    ask('DELETE', '/api/v1/things/1', { headers: { ...bearer(), 'if-match': '"v99"' } })],
  [413, 'a body that is too large', () =>
    ask('POST', '/api/v1/auth/login', { headers: json, body: `"${'a'.repeat(20_000)}"` })],
  [414, 'a part of the path that is too long', () => ask('GET', `/api/v1/things/${'1'.repeat(2000)}`)],
  [415, 'another media type', () =>
    ask('POST', '/api/v1/auth/login', { headers: { 'content-type': 'text/xml' }, body: '<a/>' })],
  [422, 'bad input', () => ask('GET', '/api/v1/things?page=0')],
  [500, 'an error that nobody planned for', () => ask('GET', '/api/v1/probe/fails')],
]; // prettier-ignore

describe.each(answers)('%i: %s', (status, _, answer) => {
  it('has the security and CORS headers', async () => {
    const reply = await answer();
    expect(reply.status).toBe(status);
    expect(reply.headers).toMatchObject({
      'x-request-id': expect.stringMatching(/./),
      'x-process-time': expect.stringMatching(/^\d+\.\d+$/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': HSTS,
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
      vary: expect.stringMatching(/Origin/),
    });
    if (reply.path.startsWith('/dev/mail')) return;
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': expect.stringContaining('X-Total-Count'),
    });
  });
});

describe('Requests that Node itself refuses', () => {
  it.each([
    [400, 'FROB / HTTP/1.1\r\n'],
    [400, 'GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n'],
    [431, `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(70_000)}\r\n`],
  ])('has them too: %i', async (status, head) => {
    const origin = head.replace('\r\n', `\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\n`);
    const text = await rawRequest(app.url, `${origin}\r\n`, 500);
    expect(text).toContain(`HTTP/1.1 ${status} `);
    for (const line of [
      'x-content-type-options: nosniff',
      'x-frame-options: DENY',
      'referrer-policy: no-referrer',
      "content-security-policy: default-src 'none'; frame-ancestors 'none'",
      'cache-control: no-store',
      `access-control-allow-origin: ${ORIGIN}`,
      'access-control-allow-credentials: true',
      'access-control-expose-headers: X-Total-Count',
      'vary: Origin',
    ])
      expect(text).toContain(`\r\n${line}`);
  });
});

it('plain HTTP has no Strict-Transport-Security, and another origin no CORS headers', async () => {
  for (const host of [HOST, 'evil.example']) {
    const { headers } = await ask('GET', '/', {
      headers: { host, origin: 'https://evil.example', 'x-forwarded-proto': 'http' },
    });
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
});
