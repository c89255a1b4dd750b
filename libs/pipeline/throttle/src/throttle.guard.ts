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
import { isMessage, replyOf, requestOf } from '@gatehouse/http';
import type { FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';
import { loadTestLimit } from './load-test-limit.js';
import { setRateLimit } from './rate-limit-headers.js';
import { RateLimitProblem } from './rate-limit.problem.js';
import { routeName, type RouteThrottle, type RouteThrottles, ThrottlePolicies } from './throttle-policies.js';
import { ThrottleStorage, toSeconds } from './throttle-storage.js';
import type { ThrottleVerdict } from './throttle-window.js';

/**
 * The library declares its hooks as promises. Nest and this guard also accept plain values, which make a cached
 * response a tenth cheaper.
 */
const atOnce = <T>(value: T | Promise<T>): Promise<T> => value as Promise<T>;

/**
 * The throttle stage: answers 429 to a caller that exceeds the policy of a route. It is the guard of
 * `@nestjs/throttler`, whose decorators, options and hooks work as documented; it counts by user, API key or client
 * address, and resolves a route's policy once rather than per request.
 */
@Injectable()
export class ThrottleGuard extends ThrottlerGuard {
  /** Whether a subclass decides per request. */
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

  override canActivate(context: ExecutionContext): Promise<boolean> {
    const throttles = this.policies.of(context.getClass(), context.getHandler());
    if (throttles.length === 0) return atOnce<boolean>(true);
    const isPlain = throttles !== 'per request' && throttles.length === 1 && !this.mayRefrain;
    const passed = isPlain ? this.apply(throttles[0]!, context) : this.applyAll(throttles, context);
    return passed instanceof Promise
      ? passed.then(() => this.pass(context))
      : atOnce<boolean>(this.pass(context));
  }

  private async applyAll(throttles: RouteThrottles, context: ExecutionContext): Promise<boolean> {
    if (this.mayRefrain && (await this.shouldSkip(context))) return true;
    if (throttles === 'per request') return super.canActivate(context);
    for (const throttle of throttles) await this.apply(throttle, context);
    return true;
  }

  private apply(throttle: RouteThrottle, context: ExecutionContext): Promise<boolean> {
    const { throttler } = throttle;
    const { getTracker, generateKey } = this.commonOptions;
    return this.handleRequest({
      ...throttle,
      context,
      getTracker: throttle.getTracker ?? throttler.getTracker ?? getTracker!,
      generateKey: throttle.generateKey ?? throttler.generateKey ?? generateKey!,
    });
  }

  private pass(context: ExecutionContext): true {
    requestOf(context).gate.mark('throttle');
    return true;
  }

  /** As in the library, but sets all headers together, including those of the current draft. */
  protected override handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, throttler, getTracker } = asked;
    const request = requestOf(context);
    const ignored = throttler.ignoreUserAgents ?? this.commonOptions.ignoreUserAgents;
    if (ignored?.some((agent) => agent.test(request.headers['user-agent'] ?? '')))
      return atOnce<boolean>(true);
    const tracker = getTracker(request, context);
    return typeof tracker === 'string'
      ? atOnce<boolean>(this.count(asked, tracker))
      : Promise.resolve(tracker).then((known) => this.count(asked, known));
  }

  private count(asked: ThrottlerRequest, tracker: string): true | Promise<true> {
    const { context, throttler, ttl, blockDuration, generateKey } = asked;
    const limit = loadTestLimit(asked.limit, this.environment);
    const key = generateKey(context, tracker, throttler.name ?? 'default');
    const verdict = this.storage.hit(key, limit, ttl, blockDuration);
    const counted = { ...asked, limit, tracker, key };
    return verdict instanceof Promise
      ? verdict.then((known) => this.answer(counted, known))
      : this.answer(counted, verdict);
  }

  private answer(
    { context, throttler, limit, ttl, tracker, key }: ThrottlerRequest & { tracker: string; key: string },
    { passed, remaining, resetMs }: ThrottleVerdict,
  ): true | Promise<true> {
    const reset = toSeconds(resetMs);
    const allow = (): true => {
      const { name = 'default', setHeaders = this.commonOptions.setHeaders ?? true } = throttler;
      if (setHeaders && !isMessage(context))
        setRateLimit(replyOf(context), name, limit, ttl, remaining, reset);
      return true;
    };
    if (passed) return allow();
    const count = { totalHits: limit + 1, timeToExpire: reset, isBlocked: true, timeToBlockExpire: reset };
    return this.throwThrottlingException(context, { limit, ttl, key, tracker, ...count }).then(allow);
  }

  /**
   * Identifies the caller to count. The result becomes part of a storage key: return a hash of a secret, never the
   * secret.
   */
  protected override getTracker({ gate: { principal, address } }: FastifyRequest): Promise<string> {
    if (!principal) return atOnce(`ip:${clientAddress(address)}`);
    return atOnce(principal.apiKeyId ? `key:${principal.apiKeyId}` : `user:${principal.id}`);
  }

  /** Builds the storage key: requests with the same key share one window. */
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
