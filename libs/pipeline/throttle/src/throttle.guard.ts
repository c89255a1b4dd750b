import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { replyOf, requestOf } from '@gatehouse/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { toSeconds } from './duration.js';
import { rateLimitHeaders } from './rate-limit-headers.js';
import { RateLimitProblem } from './rate-limit.problem.js';
import { ThrottlePolicies, type ThrottledRoute } from './throttle-policies.js';
import { ThrottleStorage } from './throttle-storage.js';
import type { ThrottleVerdict } from './throttle-window.js';

/**
 * The throttle stage: refuses with 429 a caller who asks more of a route than its policy allows. Answers at once
 * when the storage does. Subclass it to count by something else than user or address.
 */
@Injectable()
export class ThrottleGuard implements CanActivate {
  constructor(
    private readonly policies: ThrottlePolicies,
    private readonly storage: ThrottleStorage,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.policies.of(context.getClass(), context.getHandler());
    if (!route) return true;
    const request = requestOf(context);
    const reply = replyOf(context);
    const verdict = this.storage.hit(
      this.generateKey(route, this.getTracker(request)),
      route.limit,
      route.ttl,
    );
    if (verdict instanceof Promise) return verdict.then((known) => this.answer(known, route, request, reply));
    return this.answer(verdict, route, request, reply);
  }

  /** Who is counted. Part of a key in the storage: return a hash of a secret, not the secret. */
  protected getTracker(request: FastifyRequest): string {
    const { principal } = request.gate;
    if (!principal) return `ip:${clientAddress(request.gate.address)}`;
    return principal.apiKeyId ? `key:${principal.apiKeyId}` : `user:${principal.id}`;
  }

  /** What is counted: requests with the same key share one window. */
  protected generateKey(route: ThrottledRoute, tracker: string): string {
    return `${route.id}:${tracker}`;
  }

  private answer(
    { passed, remaining, resetMs }: ThrottleVerdict,
    { limit, ttl }: ThrottledRoute,
    request: FastifyRequest,
    reply: FastifyReply,
  ): true {
    const reset = toSeconds(resetMs);
    if (!passed) throw new RateLimitProblem(limit, ttl, reset);
    reply.header(rateLimitHeaders.limit, String(limit));
    reply.header(rateLimitHeaders.remaining, String(remaining));
    reply.header(rateLimitHeaders.reset, String(reset));
    request.gate.mark('throttle');
    return true;
  }
}
