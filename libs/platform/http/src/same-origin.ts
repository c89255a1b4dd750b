import type { FastifyRequest } from 'fastify';

/**
 * Whether a request provably comes from a page of this server or of an allowed origin. Browsers state the origin in
 * headers that pages cannot set (https://fetch.spec.whatwg.org/#forbidden-request-header).
 * @param allowed other origins whose pages may call
 */
export function isSameOrigin(request: FastifyRequest, allowed: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined) return site === 'same-origin';
  return allowed.includes(origin) || origin === ownOrigin(request);
}

/**
 * This server's origin as the client addressed it; behind a trusted proxy, as the proxy reports it. Default ports are
 * left out, as in `Origin`.
 */
function ownOrigin({ protocol, host }: FastifyRequest): string | undefined {
  const url = `${protocol}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
