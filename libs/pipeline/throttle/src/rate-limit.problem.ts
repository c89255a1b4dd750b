import { Problem } from '@gatehouse/http';
import { rateLimitOf } from './rate-limit-headers.js';

/** 429: the caller is blocked. Carries `Retry-After` and the `RateLimit` headers. */
export class RateLimitProblem extends Problem {
  /**
   * @param limit requests per window
   * @param ttlMs length of the window in milliseconds
   * @param retryAfter seconds until the next request can pass
   * @param policy name of the limit
   */
  constructor(limit: number, ttlMs: number, retryAfter: number, policy = 'attempts') {
    super('rate-limit-exceeded', `Rate limit exceeded. Max ${limit} requests per ${ttlMs / 1_000} seconds`, {
      headers: {
        ...rateLimitOf(policy, limit, ttlMs, 0, retryAfter),
        'retry-after': String(retryAfter),
      },
    });
  }
}
