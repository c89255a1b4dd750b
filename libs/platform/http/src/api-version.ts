import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Middleware } from './middleware.js';
import { Problem } from './problem.js';

const PREFIX = '/api/';
const VERSIONED = /^\/api\/v([^/?]*)(?=[/?]|$)/;
const HEADER = /^(\d+)(?:\.0)?$/;

const AUTHORITY = /^https?:\/\/[^/?#]*/i;

/**
 * Adds the version of `X-API-Version`, 1.0 by default, to an `/api/…` path that has none. A target in absolute form
 * (RFC 9112, section 3.2.2) is reduced to its path, which everything that follows expects.
 */
export function rewriteUnversioned(request: IncomingMessage): string {
  const url = originForm(request.url ?? '/');
  if (!url.startsWith(PREFIX) || VERSIONED.test(url)) return url;
  const header = request.headers['x-api-version'] ?? '1.0';
  const major = HEADER.exec(String(header))?.[1] ?? 'unknown';
  return `/api/v${major}/${url.slice(PREFIX.length)}`;
}

/** Returns the path and query of a request target; for `*`, a path that does not exist. */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  // The router only handles paths.
  if (target === '*') return '/*';
  const path = target.replace(AUTHORITY, '');
  return path.startsWith('?') ? `/${path}` : path || '/';
}

/** Distinguishes a path whose version does not exist (400) from one that exists in no version (404). */
export class ApiVersionMiddleware implements Middleware {
  private readonly versions = new Set<string>();

  /** Must be called before the routes are registered: a version exists when a route has it. */
  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', ({ url }) => {
      const version = VERSIONED.exec(url)?.[1];
      if (version !== undefined) this.versions.add(version);
    });
  }

  before(request: FastifyRequest): void {
    if (!request.is404) return;
    const version = VERSIONED.exec(request.url)?.[1];
    if (version !== undefined && !this.versions.has(version)) {
      throw new Problem('unsupported-api-version', 'Unsupported API version');
    }
  }

  /** When the path has no version, the response depends on the header. */
  after(request: FastifyRequest, reply: FastifyReply): void {
    const { url, originalUrl } = request;
    if (url === originalUrl || !url.startsWith(PREFIX) || VERSIONED.test(originForm(originalUrl))) return;
    reply.header('vary', `${String(reply.getHeader('vary'))}, X-API-Version`);
  }
}
