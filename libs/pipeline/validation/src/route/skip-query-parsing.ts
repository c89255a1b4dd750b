const NOTHING = Object.freeze({});

/**
 * A `querystringParser` for Fastify's `routerOptions`: the guard parses the queries of the routes itself, and mostly
 * remembers them, so that Fastify's parsing of each would be for nothing.
 */
export function skipQueryParsing(): Readonly<Record<string, never>> {
  return NOTHING;
}
