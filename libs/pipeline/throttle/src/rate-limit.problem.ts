import { Problem } from '@gatehouse/http';
import { rateLimitHeaders } from './rate-limit-headers.js';

/** 429: the caller is blocked. Carries `Retry-After` and the `RateLimit-*` headers. */
export class RateLimitProblem extends Problem {
  /**
   * @param limit requests per window
   * @param ttlMs length of the window in milliseconds
   * @param retryAfter seconds until the next request can pass
   */
  constructor(limit: number, ttlMs: number, retryAfter: number) {
    super('rate-limit-exceeded', `Rate limit exceeded. Max ${limit} requests per ${ttlMs / 1_000} seconds`, {
      headers: {
        [rateLimitHeaders.limit]: String(limit),
        [rateLimitHeaders.remaining]: '0',
        [rateLimitHeaders.reset]: String(retryAfter),
        'retry-after': String(retryAfter),
      },
    });
  }
}
