import type { FastifyRequest } from 'fastify';
import { pathOf } from '@gatehouse/http';

const PUBLIC = 'public';

/**
 * The key of a response: caller, path and validated query. Each part ends where a character stands that the part
 * cannot contain, so that no two different requests share a key.
 *
 * @param shared leave the caller out
 * @param query canonical form of the validated query
 */
export function cacheKey(request: FastifyRequest, shared: boolean, query: string): string {
  const caller = shared ? PUBLIC : (callerOf(request) ?? PUBLIC);
  return `${caller} ${canonicalPath(request.url)} ${query}`;
}

/** An API key may see less than its owner. */
function callerOf({ gate: { principal } }: FastifyRequest): string | undefined {
  return principal?.apiKeyId ?? principal?.id;
}

/** The path without query and trailing slash; escapes that need not be are undone, so that spellings are one. */
function canonicalPath(url: string): string {
  const path = pathOf(url);
  const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return trimmed.includes('%')
    ? trimmed
        .split('/')
        .map((part) => encodeURIComponent(decodeURIComponent(part)))
        .join('/')
    : trimmed;
}
