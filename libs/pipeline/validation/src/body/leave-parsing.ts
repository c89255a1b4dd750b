import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';

/**
 * Leaves every body unread: `request.body` is the stream, which the validation guard reads after authentication,
 * permissions and throttle have passed; multipart forms, with `request.parts()`. Requires a Nest application created with `bodyParser: false`.
 */
export async function configureBodyParsing(fastify: FastifyInstance): Promise<void> {
  fastify.removeAllContentTypeParsers();
  await fastify.register(multipart);
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  fastify.addHook('onRequest', (request, _reply, done) => {
    const type = request.headers['content-type'];
    // Fastify would refuse a malformed type before authentication; without a type the guard refuses it later.
    if (type !== undefined && !MEDIA_TYPE.test(type)) delete request.headers['content-type'];
    done();
  });
}

/** RFC 9110, section 8.3.1; the guard checks parameters. */
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[ \t]*(;|$)/;

const NOTHING = Object.freeze({});

/**
 * A `querystringParser` for Fastify's `routerOptions`. The guard parses queries itself and mostly remembers the
 * results, so parsing by Fastify would be wasted.
 */
export function skipQueryParsing(): Readonly<Record<string, never>> {
  return NOTHING;
}
