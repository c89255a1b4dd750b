import { ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  InjectThrottlerOptions,
  InjectThrottlerStorage,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import { Environment } from '@gatehouse/config';
import { replyOf, requestOf } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { loadTestLimit } from './load-test-limit.js';
import { setRateLimit } from './rate-limit-headers.js';
import { RateLimitProblem } from './rate-limit.problem.js';
import { routeName, ThrottlePolicies } from './throttle-policies.js';
import { ThrottleStorage, toSeconds } from './throttle-storage.js';

/**
 * The throttle stage: refuses with 429 a caller who asks more of a route than its policy allows. It is the guard of
 * `@nestjs/throttler`, whose decorators, options and hooks work as its documentation says; it counts by user, API key
 * or client address, and looks up a route's policy once and not for each request.
 */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  /** Whether a subclass decides by the request: else nothing has to be waited for. */
  private readonly mayRefrain = this.shouldSkip !== super.shouldSkip;

  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    @InjectThrottlerStorage() private readonly storage: ThrottleStorage,
    reflector: Reflector,
    private readonly policies: ThrottlePolicies,
    private readonly environment: Environment,
  ) {
    super(options, storage, reflector);
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const throttles = this.policies.of(context.getClass(), context.getHandler());
    if (throttles.length === 0 || (this.mayRefrain && (await this.shouldSkip(context)))) return true;
    if (throttles === 'per request') await super.canActivate(context);
    else {
      const { getTracker, generateKey } = this.commonOptions;
      for (const throttle of throttles)
        await this.handleRequest({
          ...throttle,
          context,
          getTracker: throttle.getTracker ?? throttle.throttler.getTracker ?? getTracker!,
          generateKey: throttle.generateKey ?? throttle.throttler.generateKey ?? generateKey!,
        });
    }
    requestOf(context).gate.mark('throttle');
    return true;
  }

  /** As the library's, but a storage that answers at once is not waited for, and all headers are set together. */
  protected override async handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, throttler, ttl, blockDuration, getTracker, generateKey } = asked;
    const request = requestOf(context);
    const ignored = throttler.ignoreUserAgents ?? this.commonOptions.ignoreUserAgents;
    if (ignored?.some((agent) => agent.test(request.headers['user-agent'] ?? ''))) return true;
    const { name = 'default', setHeaders = this.commonOptions.setHeaders ?? true } = throttler;
    const limit = loadTestLimit(asked.limit, this.environment);
    const tracker = await getTracker(request, context);
    const key = generateKey(context, tracker, name);
    const verdict = this.storage.hit(key, limit, ttl, blockDuration);
    const { passed, remaining, resetMs } = verdict instanceof Promise ? await verdict : verdict;
    const reset = toSeconds(resetMs);
    if (!passed) {
      const count = { totalHits: limit + 1, timeToExpire: reset, isBlocked: true, timeToBlockExpire: reset };
      await this.throwThrottlingException(context, { limit, ttl, key, tracker, ...count });
    }
    if (setHeaders) setRateLimit(replyOf(context), name, limit, ttl, remaining, reset);
    return true;
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
