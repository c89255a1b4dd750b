import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { call, type CallOptions } from '../support/http-client.js';
import { TestApp } from '../support/test-app.js';

const STYLE = '/static/pages.css';

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start();
});
afterAll(() => app.stop());

const get = (path: string, options?: CallOptions) => call(app.url, 'GET', path, options);

describe('The static files of the application', () => {
  it('have a type, a tag and the headers of every response', async () => {
    const reply = await get(STYLE);
    expect(reply.status).toBe(200);
    expect(reply.text).toContain('color-scheme');
    expect(reply.headers).toMatchObject({
      'content-type': 'text/css; charset=utf-8',
      'content-length': String(reply.bytes.length),
      'cache-control': 'public, no-cache',
      etag: expect.any(String),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-request-id': expect.any(String),
    });
  });

  it('are 304 for a client that has them, compressed or not', async () => {
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding };
      const { etag } = (await get(STYLE, { headers })).headers;
      const known = await get(STYLE, { headers: { ...headers, 'if-none-match': etag! } });
      expect([coding, known.status, known.text]).toEqual([coding, 304, '']);
    }
  });

  it('answer HEAD as GET, and other methods with 405', async () => {
    const head = await call(app.url, 'HEAD', STYLE);
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', (await get(STYLE)).headers.etag]);
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const reply = await call(app.url, method, STYLE);
      expectProblem(reply, 405);
      expect(reply.headers.allow).toBe('GET, HEAD, OPTIONS');
    }
    expect((await call(app.url, 'OPTIONS', STYLE)).status).toBe(204);
  });

  it('are served whole, whatever part is asked for', async () => {
    for (const range of ['bytes=3-6', 'bytes=1000000-']) {
      const reply = await get(STYLE, { headers: { range } });
      expect([reply.status, reply.text]).toEqual([200, (await get(STYLE)).text]);
    }
  });

  it('count against the edge limit', async () => {
    const limited = await TestApp.start({ EDGE_LIMIT: '3' });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n++) statuses.push((await call(limited.url, 'GET', STYLE)).status);
    await limited.stop();
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

describe('Nothing outside the folder is served', () => {
  it.each([
    '/static/',
    '/static',
    '/static//',
    '/static/missing.css',
    '/static/pages.css/',
    '/static/pages.css/x',
    '/static/.hidden',
    '/static/../package.json',
    '/static/..%2fpackage.json',
    '/static/%2e%2e/package.json',
    '/static/%2e%2e%2fpackage.json',
    '/static/..\\package.json',
    '/static/..%5cpackage.json',
    '/static/%252e%252e/package.json',
    '/static/./pages.css',
    '/static//pages.css',
    '/static//etc/passwd',
    '/static/%2fetc%2fpasswd',
    '/static/pages.css%00.png',
    '/static/%00',
    `/static/${'a'.repeat(5_000)}`,
    `/static/${'../'.repeat(200)}etc/passwd`,
    '/static/%ff',
  ])('%.80s', async (path) => {
    const reply = await get(path);
    expectProblem(reply, 400, 403, 404, 414);
    expect(reply.text).not.toMatch(/gatehouse\/api|root:|color-scheme/);
  });
});
