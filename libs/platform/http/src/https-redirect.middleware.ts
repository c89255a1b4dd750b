import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';

/** Sends clients that came by plain HTTP to HTTPS. Health checks come from inside and are answered as they are. */
export class HttpsRedirectMiddleware implements Middleware {
  before(request: FastifyRequest, reply: FastifyReply): void {
    if (request.protocol === 'https' || request.url.startsWith('/health/')) return;
    void reply.code(308).header('location', `https://${request.host}${request.originalUrl}`).send();
  }
}
