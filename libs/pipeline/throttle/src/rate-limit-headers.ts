import type { FastifyReply } from 'fastify';
import { rateLimitHeaders } from '@gatehouse/http';

const { limit: LIMIT, remaining: REMAINING, reset: RESET, policy: POLICY, left: LEFT } = rateLimitHeaders;

/**
 * What a response says of a limit.
 *
 * @param policy name of the limit
 * @param limit requests per window
 * @param ttlMs length of the window in milliseconds
 * @param remaining requests that still pass in this window
 * @param reset seconds until the key starts afresh
 * @param suffix of the names of the headers that hold one limit only
 */
export function rateLimitOf(
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
  suffix = '',
): Record<string, string> {
  return {
    [LIMIT + suffix]: String(limit),
    [REMAINING + suffix]: String(remaining),
    [RESET + suffix]: String(reset),
    [POLICY]: `"${policy}";q=${limit};w=${Math.ceil(ttlMs / 1_000)}`,
    [LEFT]: `"${policy}";r=${remaining};t=${reset}`,
  };
}

/** Sets the headers of one limit: three of its own, and a member of each of the draft's lists. */
export function setRateLimit(
  reply: FastifyReply,
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
): void {
  const suffix = policy === 'default' ? '' : `-${policy}`;
  const headers = rateLimitOf(policy, limit, ttlMs, remaining, reset, suffix);
  for (const list of [POLICY, LEFT]) {
    const others = reply.getHeader(list);
    if (others !== undefined) headers[list] = `${String(others)}, ${headers[list]}`;
  }
  reply.headers(headers);
}
