import type { FastifyRequest } from 'fastify';

/**
 * Whether a request proves that a page of this server has made it, or one of an origin that may call it. A browser
 * says so in headers that no page can set (https://fetch.spec.whatwg.org/#forbidden-request-header).
 *
 * @param allowed other origins whose pages may
 */
export function isSameOrigin(request: FastifyRequest, allowed: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined) return site === 'same-origin';
  return allowed.includes(origin) || origin === ownOrigin(request);
}

/** As the client addressed it; behind a trusted proxy, as that says. Default ports are left out, as in `Origin`. */
function ownOrigin({ protocol, host }: FastifyRequest): string | undefined {
  const url = `${protocol}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
