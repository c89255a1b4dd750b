import type { FastifyInstance } from 'fastify';

/**
 * Leaves every body unread: `request.body` is the stream, which the validation guard reads after authentication,
 * permissions and throttle have passed. Create the Nest application with `bodyParser: false`.
 */
export function configureBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const type = request.headers['content-type'];
    // Fastify would refuse a malformed type before authentication; without one the guard refuses it in its turn.
    if (type !== undefined && !MEDIA_TYPE.test(type)) delete request.headers['content-type'];
    done();
  });
}

/** RFC 9110, section 8.3.1; parameters are left to the guard. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[ \t]*(;|$)/;

const NOTHING = Object.freeze({});

/**
 * A `querystringParser` for Fastify's `routerOptions`: the guard parses the queries of the routes itself, and mostly
 * remembers them, so that Fastify's parsing of each would be for nothing.
 */
export function skipQueryParsing(): Readonly<Record<string, never>> {
  return NOTHING;
}
