import type { FastifyReply, FastifyRequest } from 'fastify';
import { notModified } from '@gatehouse/http';
import type { CachePolicy } from './cache-policy.js';
import type { CachedResponse } from './cached-response.js';

/**
 * Makes a reply what an entry holds: status and headers, and how old it is.
 *
 * @returns the body to send; none when the client has it already
 */
export function replay(
  entry: CachedResponse,
  policy: CachePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
  status: 'HIT' | 'MISS',
): string | undefined {
  reply.code(entry.status).headers(entry.headers);
  reply.header('x-cache', status);
  reply.header('cache-control', cacheControl(policy));
  if (status === 'HIT')
    reply.header('age', String(Math.max(0, Math.floor((Date.now() - entry.storedAt) / 1000))));
  return notModified(request, reply) ? undefined : entry.body;
}

/** `private` unless the entry is the same for all callers. */
function cacheControl({ shared, ttl }: CachePolicy): string {
  return `${shared ? 'public' : 'private'}, max-age=${Math.floor(ttl / 1000)}`;
}
