import type { FastifyReply, FastifyRequest } from 'fastify';
import { originForm } from './api-version.js';
import type { Middleware } from './middleware.js';

/** Sends clients that came by plain HTTP to HTTPS. Health checks come from inside and are answered as they are. */
export class HttpsRedirectMiddleware implements Middleware {
  /** @param base path that clients reach the server under */
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

/** Puts the path that a proxy has taken away in front of the paths in `Location` and `Link`. */
export class BasePathMiddleware implements Middleware {
  /** @param base such as `/shop` */
  constructor(private readonly base: string) {}

  after(_request: FastifyRequest, reply: FastifyReply): void {
    const { location, link } = reply.getHeaders();
    if (typeof location === 'string' && location.startsWith('/'))
      reply.header('location', this.base + location);
    if (typeof link === 'string') reply.header('link', link.replaceAll('</', `<${this.base}/`));
  }
}
