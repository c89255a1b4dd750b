import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';

/** Security headers of every response, for HTTP and HTTPS. */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
const HSTS = 'max-age=31536000; includeSubDomains';

/** Sets the security headers of every response. Pages that load scripts or styles replace the CSP with their own. */
export class SecurityHeadersMiddleware implements Middleware {
  before(request: FastifyRequest, reply: FastifyReply): void {
    reply.headers(securityHeaders);
    if (request.gate.protocol === 'https') reply.header('strict-transport-security', HSTS);
  }
}
