/** Names of the response headers, in lower case as Fastify keeps them. */
export const rateLimitHeaders = {
  limit: 'ratelimit-limit',
  remaining: 'ratelimit-remaining',
  /** Seconds until the key starts afresh. */
  reset: 'ratelimit-reset',
} as const;
