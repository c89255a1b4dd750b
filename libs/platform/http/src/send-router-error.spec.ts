import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendRouterError, useMiddlewares } from './middleware.js';
import { ForbiddenProblem } from './problem.js';
import { RequestContextMiddleware } from './request-context.middleware.js';
import { SecurityHeadersMiddleware } from './security-headers.middleware.js';

describe('sendRouterError', () => {
  let server: FastifyInstance;
  let refuse: boolean;

  beforeEach(async () => {
    refuse = false;
    server = fastify({ frameworkErrors: sendRouterError });
    const gatekeeper = {
      before: async (): Promise<void> => {
        if (refuse) throw new ForbiddenProblem('Not you');
      },
    };
    useMiddlewares(server, [
      new RequestContextMiddleware(false),
      new SecurityHeadersMiddleware(),
      gatekeeper,
    ]);
    server.get('/books/:id', () => 'a book');
    await server.ready();
  });
  afterEach(() => server.close());

  it.each([
    ['/books/%ff?token=x', 400, '/problems/malformed-request'],
    [`/books/${'x'.repeat(200)}`, 414, '/problems/uri-too-long'],
  ])('answers %s with a problem and the headers of every response', async (url, status, type) => {
    const response = await server.inject(url);
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ type, status, requestId: response.headers['x-request-id'] });
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'x-process-time': expect.stringMatching(/^\d+\.\d+$/),
    });
  });

  it('lets a middleware refuse first', async () => {
    refuse = true;
    const response = await server.inject('/books/%ff');
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ detail: 'Not you' });
    expect(response.headers).toHaveProperty('x-process-time');
  });
});
