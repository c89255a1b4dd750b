import { escapeHtml, problemTypes, RequestContext, sendProblem, serveRepresentations } from '@gatehouse/http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { fastify, type FastifyInstance } from 'fastify';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { registerDocumentation } from './register-documentation.js';

const document: OpenAPIObject = {
  openapi: '3.1.0',
  info: { title: 'Gatehouse', version: '1.0.0' },
  paths: {},
};

describe('registerDocumentation', () => {
  const build = vi.fn(() => document);
  let server: FastifyInstance;

  beforeAll(async () => {
    server = fastify({ routerOptions: { ignoreTrailingSlash: true } });
    server.addHook('onRequest', (request, _reply, done) => {
      request.gate = new RequestContext(request.id);
      done();
    });
    server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
    serveRepresentations(server);
    registerDocumentation(server, build);
    await server.ready();
  });
  afterAll(() => server.close());

  /** The URLs in `src` and `href`, including the page's own. */
  const linked = (html: string): string[] =>
    [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);

  it('serves the document as JSON and as YAML, built at most once each', async () => {
    expect(build).not.toHaveBeenCalled();
    const json = await server.inject('/openapi.json');
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json.json()).toEqual(document);
    const yaml = await server.inject('/openapi.yaml');
    expect(yaml.headers['content-type']).toContain('yaml');
    expect(load(yaml.body)).toEqual(document);
    await server.inject('/openapi.json');
    expect(build).toHaveBeenCalledTimes(2);
  });

  it.each(['/docs', '/docs/', '/redoc', '/redoc/'])(
    '%s and all that it loads come from this server',
    async (path) => {
      const page = await server.inject(path);
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-type']).toContain('text/html');
      expect(page.body).not.toMatch(/<script>|javascript:|\son\w+=/);
      const assets = linked(page.body).filter((link) => !link.startsWith('data:'));
      expect(assets.length).toBeGreaterThan(2);
      for (const asset of assets) {
        expect(asset).toMatch(/^\/[a-z]/);
        const { statusCode, body, headers } = await server.inject(asset);
        expect(`${asset} ${statusCode}`).toBe(`${asset} 200`);
        expect(body.length).toBeGreaterThan(10);
        expect(headers['etag']).toMatch(/^"[\w-]+"$/);
        if (/(initializer\.js|css)$/.test(asset)) expect(body).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
      }
    },
  );

  it.each([
    ['/docs', ["script-src 'self'", "connect-src 'self'", "default-src 'none'"]],
    ['/redoc', ["script-src 'self'", 'worker-src blob:', "default-src 'none'"]],
    ['/problems', ["default-src 'none'"]],
    ['/problems/validation', ["default-src 'none'"]],
  ])('%s has a policy without inline scripts and other hosts', async (path, parts) => {
    const policy = String((await server.inject(path)).headers['content-security-policy']).split('; ');
    for (const part of parts) expect(policy).toContain(part);
    expect(policy.join('; ')).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe/);
  });

  it("does not fetch ReDoc's logo from its maker", async () => {
    const { body } = await server.inject('/redoc/redoc.standalone.js');
    expect(body).not.toMatch(/cdn\.redoc|fonts\.g|unpkg|jsdelivr/);
  });

  it('answers 304 to clients that have the asset, also with the weak tag of a proxy', async () => {
    const first = await server.inject('/docs/swagger-ui.css');
    expect(first.headers['cache-control']).toMatch(/^public, max-age=\d+$/);
    const tag = String(first.headers['etag']);
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await server.inject({
        url: '/docs/swagger-ui.css',
        headers: { 'if-none-match': header },
      });
      expect(again.statusCode).toBe(304);
      expect(again.body).toBe('');
      expect(again.headers['etag']).toBe(tag);
    }
    const other = await server.inject({
      url: '/docs/swagger-ui.css',
      headers: { 'if-none-match': '"other"' },
    });
    expect(other.statusCode).toBe(200);
  });

  it('answers HEAD with the headers of GET', async () => {
    const [get, head] = await Promise.all([
      server.inject('/docs'),
      server.inject({ method: 'HEAD', url: '/docs' }),
    ]);
    expect(head.statusCode).toBe(200);
    expect(head.body).toBe('');
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
    expect(head.headers['etag']).toBe(get.headers['etag']);
  });

  it.each([
    '/docs/package.json',
    '/docs/../package.json',
    '/docs/..%2fpackage.json',
    '/docs/%2e%2e/%2e%2e/package.json',
    '/redoc/..%5c..%5cpackage.json',
    '/docs/swagger-ui.css%00.js',
    '/problems/..%2f..%2fpackage.json',
    '/problems/__proto__',
    '/problems/constructor',
    '/problems/<script>alert(1)</script>',
  ])('has nothing at %s', async (url) => {
    const response = await server.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).not.toContain('html');
  });

  it('has a page for each problem type, linked from the list', async () => {
    const list = (await server.inject('/problems')).body;
    for (const [slug, { status, cause, remedy }] of Object.entries(problemTypes)) {
      expect(linked(list)).toContain(`/problems/${slug}`);
      const page = await server.inject(`/problems/${slug}`);
      expect(page.statusCode).toBe(200);
      const { body } = page;
      for (const part of [cause, remedy, `"type": "/problems/${slug}"`, `"status": ${status}`].map(
        escapeHtml,
      )) {
        expect(body).toContain(part);
      }
    }
    expect((await server.inject('/problems/nothing')).json()).toMatchObject({ type: '/problems/not-found' });
  });

  it('retries after a file could not be read', async () => {
    const fragile = fastify();
    const document$ = vi.fn<() => OpenAPIObject>().mockImplementationOnce(() => {
      throw new Error('not yet');
    });
    document$.mockReturnValue(document);
    registerDocumentation(fragile, document$);
    expect((await fragile.inject('/openapi.json')).statusCode).toBe(500);
    expect((await fragile.inject('/openapi.json')).statusCode).toBe(200);
    await fragile.close();
  });
});
