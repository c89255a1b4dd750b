import type { FastifyReply } from 'fastify';
import { rateLimitHeaders } from '@gatehouse/http';

/** In lower case, as they are sent: Fastify would convert them for each response. */
const [LIMIT, REMAINING, RESET, POLICY, LEFT] = [
  rateLimitHeaders.limit.toLowerCase(),
  rateLimitHeaders.remaining.toLowerCase(),
  rateLimitHeaders.reset.toLowerCase(),
  rateLimitHeaders.policy.toLowerCase(),
  rateLimitHeaders.left.toLowerCase(),
] as const;

/**
 * What a response says of one limit.
 *
 * @param policy name of the limit
 * @param limit requests per window
 * @param ttlMs length of the window in milliseconds
 * @param remaining requests that still pass in this window
 * @param reset seconds until the key starts afresh
 */
export function rateLimitOf(
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
): Record<string, string> {
  return {
    [LIMIT]: String(limit),
    [REMAINING]: String(remaining),
    [RESET]: String(reset),
    [POLICY]: policyItem(policy, limit, ttlMs),
    [LEFT]: leftItem(policy, remaining, reset),
  };
}

/** Sets the headers of one of several limits: three of its own, and a member of each of the draft's lists. */
export function setRateLimit(
  reply: FastifyReply,
  policy: string,
  limit: number,
  ttlMs: number,
  remaining: number,
  reset: number,
): void {
  const suffix = policy === 'default' ? '' : `-${policy}`;
  reply.header(LIMIT + suffix, String(limit));
  reply.header(REMAINING + suffix, String(remaining));
  reply.header(RESET + suffix, String(reset));
  addItem(reply, POLICY, policyItem(policy, limit, ttlMs));
  addItem(reply, LEFT, leftItem(policy, remaining, reset));
}

function policyItem(policy: string, limit: number, ttlMs: number): string {
  return `"${policy}";q=${limit};w=${Math.ceil(ttlMs / 1_000)}`;
}

function leftItem(policy: string, remaining: number, reset: number): string {
  return `"${policy}";r=${remaining};t=${reset}`;
}

function addItem(reply: FastifyReply, list: string, item: string): void {
  const others = reply.getHeader(list);
  reply.header(list, others === undefined ? item : `${String(others)}, ${item}`);
}
