/**
 * The headers in which a response says what is left of a limit: three that clients know, and two of the IETF draft,
 * version 10: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export const rateLimitHeaders = {
  limit: 'RateLimit-Limit',
  remaining: 'RateLimit-Remaining',
  reset: 'RateLimit-Reset',
  policy: 'RateLimit-Policy',
  left: 'RateLimit',
} as const;
