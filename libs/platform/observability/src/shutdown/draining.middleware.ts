import { type Middleware, pathOf, UnavailableProblem } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Draining } from '../health/draining.js';

const RETRY_SECONDS = 5;

/**
 * While draining, refuses new requests with 503, except for `/health/…` and `/metrics`, and asks clients to close
 * their connections. Requests that arrived earlier are not affected.
 */
export class DrainingMiddleware implements Middleware {
  constructor(private readonly draining: Draining) {}

  before(request: FastifyRequest, reply: FastifyReply): void {
    if (!this.draining.active) return;
    reply.header('connection', 'close');
    if (!this.isInfrastructure(pathOf(request.url))) {
      throw new UnavailableProblem('The server is shutting down', RETRY_SECONDS);
    }
  }

  after(_request: FastifyRequest, reply: FastifyReply): void {
    if (this.draining.active) reply.header('connection', 'close');
  }

  protected isInfrastructure(path: string): boolean {
    return path.startsWith('/health/') || path === '/metrics';
  }
}
