import type { FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';
import { Problem } from './problem.js';

/**
 * Refuses requests for hosts that this server does not answer for, against poisoned links and DNS rebinding. Health
 * checks come from inside, by address, and are answered.
 */
export class TrustedHostsMiddleware implements Middleware {
  private readonly exact: ReadonlySet<string>;
  private readonly suffixes: readonly string[];

  /** @param hosts names without port; `*.example.com` stands for every subdomain. Empty: every host. */
  constructor(hosts: readonly string[]) {
    this.exact = new Set(hosts.filter((host) => !host.startsWith('*.')).map((host) => host.toLowerCase()));
    this.suffixes = hosts.filter((host) => host.startsWith('*.')).map((host) => host.slice(1).toLowerCase());
  }

  before(request: FastifyRequest): void {
    if (this.exact.size + this.suffixes.length === 0 || request.url.startsWith('/health/')) return;
    const host = request.hostname.toLowerCase();
    if (this.exact.has(host) || this.suffixes.some((suffix) => host.endsWith(suffix))) return;
    throw new Problem('unknown-host', 'Unknown host');
  }
}
