import type { FastifyReply, FastifyRequest } from 'fastify';
import { originForm } from './api-version.js';
import type { Middleware } from './middleware.js';

/** Redirects clients from plain HTTP to HTTPS. Internal health checks are answered directly. */
export class HttpsRedirectMiddleware implements Middleware {
  /** @param base path under which clients reach the server */
  constructor(private readonly base: string) {}

  before(request: FastifyRequest, reply: FastifyReply): void {
    const { gate, originalUrl, url } = request;
    if (gate.protocol === 'https' || url.startsWith('/health/') || originalUrl === '*') return;
    void reply
      .code(308)
      .header('location', `https://${gate.host}${this.base}${originForm(originalUrl)}`)
      .send();
  }
}

/** Restores the path prefix that a proxy has removed, in `Location` and `Link`. */
export class BasePathMiddleware implements Middleware {
  /** @param base prefix such as `/shop` */
  constructor(private readonly base: string) {}

  after(_request: FastifyRequest, reply: FastifyReply): void {
    const { location, link } = reply.getHeaders();
    if (typeof location === 'string' && location.startsWith('/'))
      reply.header('location', this.base + location);
    if (typeof link === 'string') reply.header('link', link.replaceAll('</', `<${this.base}/`));
  }
}
