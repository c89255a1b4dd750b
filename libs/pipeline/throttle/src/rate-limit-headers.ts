import type { FastifyReply } from 'fastify';

/**
 * What a response says of a limit, as the IETF draft has it, version 10:
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 *
 * @param policy name of the limit
 * @param limit requests per window
 * @param ttlMs length of the window in milliseconds
 * @param remaining requests that still pass in this window
 * @param reset seconds until the key starts afresh
 */
export function draftHeaders(
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
): { 'ratelimit-policy': string; ratelimit: string } {
  return {
    'ratelimit-policy': `"${policy}";q=${limit};w=${Math.ceil(ttlMs / 1_000)}`,
    ratelimit: `"${policy}";r=${remaining};t=${reset}`,
  };
}

/** Says of one limit, in three headers of its own and as a member of the draft's lists, how much is left of it. */
export function setRateLimit(
  reply: FastifyReply,
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
): void {
  const suffix = policy === 'default' ? '' : `-${policy}`;
  reply.header(`ratelimit-limit${suffix}`, String(limit));
  reply.header(`ratelimit-remaining${suffix}`, String(remaining));
  reply.header(`ratelimit-reset${suffix}`, String(reset));
  const draft = draftHeaders(policy, limit, ttlMs, remaining, reset);
  const others = reply.getHeader('ratelimit');
  if (others === undefined) reply.headers(draft);
  else {
    reply.header('ratelimit', `${String(others)}, ${draft.ratelimit}`);
    const policies = String(reply.getHeader('ratelimit-policy'));
    reply.header('ratelimit-policy', `${policies}, ${draft['ratelimit-policy']}`);
  }
}
