import type { FastifyReply, FastifyRequest } from 'fastify';
import { logScope } from '@gatehouse/text';
import { traceRequest } from '@gatehouse/tracing';
import { ClientAddresses } from './client-address.js';
import type { Middleware } from './middleware.js';
import { RequestContext } from './request-context.js';

/**
 * Creates the request's context, and sets `X-Request-Id`, `X-Process-Time` in seconds and, when enabled,
 * `Server-Timing` on the response. Must be the first middleware.
 */
export class RequestContextMiddleware implements Middleware {
  private readonly addresses: ClientAddresses;

  /**
   * @param serverTiming whether to measure each stage and send `Server-Timing`
   * @param proxies proxies whose `X-Forwarded-*` headers are trusted, as in `TRUST_PROXY`
   */
  constructor(
    private readonly serverTiming: boolean,
    proxies: readonly string[] = [],
  ) {
    this.addresses = new ClientAddresses(proxies);
  }

  before(request: FastifyRequest, reply: FastifyReply): void {
    const gate = new RequestContext(request.id, this.addresses.of(request.raw), this.serverTiming);
    gate.trace = traceRequest(reply.raw, request.routeOptions.url, gate.address);
    request.gate = gate;
    logScope.enterWith({ requestId: request.id, ...gate.trace?.ids });
    reply.header('x-request-id', request.id);
  }

  after(request: FastifyRequest, reply: FastifyReply): void {
    // A request that the router refuses has not passed through `before`.
    if (!request.gate) this.before(request, reply);
    reply.header('x-process-time', request.gate.seconds.toFixed(6));
    if (this.serverTiming) reply.header('server-timing', request.gate.serverTiming);
  }
}
