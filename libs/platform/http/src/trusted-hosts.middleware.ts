import { isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Middleware } from './middleware.js';
import { Problem } from './problem.js';

/**
 * Refuses requests for unknown hosts, against poisoned links and DNS rebinding. Health checks and Prometheus come from
 * inside, by the address of one replica, and are answered: an address cannot be rebound.
 */
export class TrustedHostsMiddleware implements Middleware {
  private readonly exact: ReadonlySet<string>;
  private readonly suffixes: readonly string[];

  /** @param hosts host names without ports; `*.example.com` matches every subdomain. Empty: every host. */
  constructor(hosts: readonly string[]) {
    const isWild = (host: string): boolean => host.startsWith('*.');
    this.exact = new Set(hosts.filter((host) => !isWild(host)).map(normalHost));
    this.suffixes = hosts.filter(isWild).map((host) => `.${normalHost(host.slice(2))}`);
  }

  before({ gate, url }: FastifyRequest): void {
    if (this.exact.size + this.suffixes.length === 0 || url.startsWith('/health/')) return;
    if (this.exact.has(gate.host)) return;
    const host = normalHost(gate.host);
    if (this.exact.has(host) || this.suffixes.some((suffix) => host.endsWith(suffix))) return;
    if (/^\/metrics\/?$/.test(url) && isIP(host.replace(/[[\]]/g, ''))) return;
    throw new Problem('unknown-host', 'Unknown host');
  }
}

/** Normalises a host: lower case, without port and trailing dot, an IPv6 address in brackets and canonical form. */
function normalHost(host: string): string {
  const url = `http://${isIPv6(host) ? `[${host}]` : host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : '';
}
