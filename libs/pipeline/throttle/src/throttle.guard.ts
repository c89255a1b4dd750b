import { ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { Environment } from '@gatehouse/config';
import { replyOf, requestOf } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { loadTestLimit } from './load-test-limit.js';
import { draftHeaders } from './rate-limit-headers.js';
import { RateLimitProblem } from './rate-limit.problem.js';
import { routeName, ThrottlePolicies } from './throttle-policies.js';

/**
 * The throttle stage: refuses with 429 a caller who asks more of a route than its policy allows. It is the guard of
 * `@nestjs/throttler`, whose decorators, options and hooks work as its documentation says; it counts by user, API key
 * or client address, and looks up a route's policy once and not for each request.
 */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() storage: ThrottlerStorage,
    reflector: Reflector,
    private readonly policies: ThrottlePolicies,
    private readonly environment: Environment,
  ) {
    super(options, storage, reflector);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const throttles = this.policies.of(context.getClass(), context.getHandler());
    if (throttles.length === 0 || (await this.shouldSkip(context))) return true;
    if (throttles === 'per request') await super.canActivate(context);
    else {
      for (const { throttler, ...policy } of throttles)
        await this.handleRequest({
          ...policy,
          context,
          throttler,
          getTracker: policy.getTracker ?? throttler.getTracker ?? this.commonOptions.getTracker!,
          generateKey: policy.generateKey ?? throttler.generateKey ?? this.commonOptions.generateKey!,
        });
    }
    requestOf(context).gate.mark('throttle');
    return true;
  }

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const limit = loadTestLimit(request.limit, this.environment);
    const passes = await super.handleRequest({ ...request, limit });
    this.setDraftHeaders({ ...request, limit });
    return passes;
  }

  /** What the library has just said of one throttle, as the IETF draft has it: a list with a member for each. */
  private setDraftHeaders({ context, limit, ttl, throttler: { name = 'default' } }: ThrottlerRequest): void {
    const reply = replyOf(context);
    const suffix = name === 'default' ? '' : `-${name.toLowerCase()}`;
    const remaining = reply.getHeader(`ratelimit-remaining${suffix}`);
    if (remaining === undefined) return;
    const draft = draftHeaders(name, limit, ttl, remaining, reply.getHeader(`ratelimit-reset${suffix}`)!);
    for (const [header, value] of Object.entries(draft)) {
      const others = reply.getHeader(header);
      reply.header(header, others === undefined ? value : `${String(others)}, ${value}`);
    }
  }

  /** Who is counted. Part of a key in the storage: return a hash of a secret, not the secret. */
  protected override async getTracker(request: FastifyRequest): Promise<string> {
    const { principal } = request.gate;
    if (!principal) return `ip:${clientAddress(request.gate.address)}`;
    return principal.apiKeyId ? `key:${principal.apiKeyId}` : `user:${principal.id}`;
  }

  /** What is counted: requests with the same key share one window. */
  protected override generateKey(context: ExecutionContext, tracker: string, throttler: string): string {
    return `${throttler}:${routeName(context.getClass(), context.getHandler())}:${tracker}`;
  }

  protected override async throwThrottlingException(
    _context: ExecutionContext,
    { limit, ttl, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new RateLimitProblem(limit, ttl, timeToBlockExpire, 'default');
  }
}
