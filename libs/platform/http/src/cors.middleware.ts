import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';
import { rateLimitHeaders } from './rate-limit-headers.js';

const { limit, remaining, reset, left, policy } = rateLimitHeaders;
const EXPOSED = [
  'X-Total-Count, Link, X-Request-Id, ETag, Location, Retry-After',
  limit,
  remaining,
  reset,
  left,
  policy,
].join(', ');
const ACCEPTED =
  'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-API-Key, X-API-Version, X-Request-Id';
const MAX_AGE_SECONDS = '3600';

/**
 * Sets the CORS headers (https://fetch.spec.whatwg.org/#http-cors-protocol), on errors too. The method stage answers
 * preflights, since it knows the methods of a path.
 */
export class CorsMiddleware implements Middleware {
  private readonly allowed: ReadonlySet<string>;

  /**
   * @param origins origins that may call with credentials
   * @param open whether to allow every origin, for development
   */
  constructor(
    origins: readonly string[],
    private readonly open: boolean,
  ) {
    this.allowed = new Set(origins);
  }

  /** Headers of every response to this origin; `undefined` when it may not call. */
  headersFor(origin: string | undefined): Record<string, string> | undefined {
    if (!origin || !(this.open || this.allowed.has(origin))) return undefined;
    return {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': EXPOSED,
    };
  }

  before(request: FastifyRequest, reply: FastifyReply): void {
    // Compression depends on Accept-Encoding, and so do responses that are too small to be compressed.
    reply.header('vary', 'Origin, accept-encoding');
    const headers = this.headersFor(request.headers.origin);
    if (!headers) return;
    reply.headers(headers);
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
    reply.header('access-control-allow-methods', request.routeOptions.config.allow ?? '');
    reply.header('access-control-allow-headers', ACCEPTED);
    reply.header('access-control-max-age', MAX_AGE_SECONDS);
  }
}
