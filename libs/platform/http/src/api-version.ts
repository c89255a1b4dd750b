import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Middleware } from './middleware.js';
import { Problem } from './problem.js';

const PREFIX = '/api/';
const VERSIONED = /^\/api\/v([^/?]*)(?=[/?]|$)/;
const HEADER = /^(\d+)(?:\.0)?$/;

const AUTHORITY = /^https?:\/\/[^/?#]*/i;

/**
 * Completes an `/api/…` path that names no version with that of `X-API-Version`, 1.0 by default. A target in absolute
 * form (RFC 9112, section 3.2.2) loses its scheme and host, so that it is the same path to everything that follows.
 */
export function rewriteUnversioned(request: IncomingMessage): string {
  const url = originForm(request.url ?? '/');
  if (!url.startsWith(PREFIX) || VERSIONED.test(url)) return url;
  const header = request.headers['x-api-version'] ?? '1.0';
  const major = HEADER.exec(String(header))?.[1] ?? 'unknown';
  return `/api/v${major}/${url.slice(PREFIX.length)}`;
}

/** The path and query of a target that is a path or an address; of `*`, one that nothing has. */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  // The router knows paths only.
  if (target === '*') return '/*';
  const path = target.replace(AUTHORITY, '');
  return path.startsWith('?') ? `/${path}` : path || '/';
}

/** Tells a path whose version does not exist (400) from one that no version has (404). */
export class ApiVersionMiddleware implements Middleware {
  private readonly versions: ReadonlySet<string>;

  constructor(versions: readonly string[]) {
    this.versions = new Set(versions);
  }

  before(request: FastifyRequest): void {
    if (!request.is404) return;
    const version = VERSIONED.exec(request.url)?.[1];
    if (version !== undefined && !this.versions.has(version)) {
      throw new Problem('unsupported-api-version', 'Unsupported API version');
    }
  }

  /** Where the path names no version, another header would have had another answer. */
  after(request: FastifyRequest, reply: FastifyReply): void {
    const { url, originalUrl } = request;
    if (url === originalUrl || !url.startsWith(PREFIX) || VERSIONED.test(originForm(originalUrl))) return;
    reply.header('vary', `${String(reply.getHeader('vary'))}, X-API-Version`);
  }
}
