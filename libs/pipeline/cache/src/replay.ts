import type { FastifyReply, FastifyRequest } from 'fastify';
import { notModified } from '@gatehouse/http';
import type { CachedResponse } from './cached-response.js';

/**
 * Makes a reply what an entry holds: status and headers, and how old it is.
 *
 * @returns the body to send; none when the client has it already
 */
export function replay(
  entry: CachedResponse,
  cacheControl: string,
  request: FastifyRequest,
  reply: FastifyReply,
  status: 'HIT' | 'MISS',
): string | undefined {
  reply.code(entry.status).headers(entry.headers);
  reply.header('x-cache', status);
  reply.header('cache-control', cacheControl);
  if (status === 'HIT')
    reply.header('age', String(Math.max(0, Math.floor((Date.now() - entry.storedAt) / 1000))));
  return notModified(request, reply) ? undefined : entry.body;
}
