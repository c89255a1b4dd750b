import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  brotliCompress,
  type BrotliOptions,
  brotliCompressSync,
  constants,
  createBrotliCompress,
  createGzip,
  gzip,
  gzipSync,
} from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { codedTag, isContentTag, isCurrent } from './conditional.js';

type Coding = 'br' | 'gzip';
type Body = string | Buffer;

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The route sends the same body to many clients. It is compressed once if its `ETag` is derived from its bytes.
     */
    compressOnce?: boolean;
  }
}

/** Smaller bodies are not worth compressing. */
const MIN_BYTES = 1000;
/** Larger bodies are compressed in the thread pool, so that they do not block other requests. */
const MAX_SYNC_BYTES = 32 * 1024;
const COPIES_BYTES = 32 * 1024 * 1024;
const COMPRESSIBLE = /^text\/(?!event-stream)|[/+](json|yaml|xml|x-ndjson|javascript)(;|$)/;

/** A stream is forwarded as it arrives (`flush`), with a window of 256 KB each. */
const fast = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 18 },
  flush: constants.BROTLI_OPERATION_FLUSH,
};
/** Quality 11 takes seconds for a script of a megabyte, and saves a tenth. */
const small = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

const coders = {
  br: {
    now: (body: Body) => brotliCompressSync(body, fast),
    later: (body: Body, options: BrotliOptions = fast) => promisify(brotliCompress)(body, options),
    stream: () => createBrotliCompress(fast),
  },
  gzip: {
    now: (body: Body) => gzipSync(body),
    later: (body: Body) => promisify<Body, Buffer>(gzip)(body),
    stream: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
  },
};

/** By entity tag and coding. Concurrent requests share one compression. */
const copies = new LRUCache<string, Buffer, { body: Body; coding: Coding }>({
  maxSize: COPIES_BYTES,
  sizeCalculation: ({ length }) => length,
  fetchMethod: (_key, _stale, { context: { body, coding } }) => coders[coding].later(body, small),
});

/**
 * Serves every client the representation that it accepts, with the same headers for HEAD as for GET: compressed with
 * an accepted coding, with its own entity tag (RFC 9110, section 8.8.3.3), or as 304 when the client already has it.
 * Bodies of routes with `compressOnce` in their config are compressed once rather than per request. All clients share
 * the same bytes in memory, so that one that does not read holds no copy of its own.
 */
export function serveRepresentations(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, body, done) => {
    const coding = codingOf(request, reply, body);
    const tag = reply.getHeader('etag');
    if (coding) {
      reply.header('content-encoding', coding).removeHeader('content-length');
      if (typeof tag === 'string') reply.header('etag', codedTag(tag, coding));
    }
    const isHead = request.method === 'HEAD';
    const send = (content: unknown): void => done(null, isHead ? headOf(reply, content) : content);
    if (typeof tag === 'string' && reply.statusCode === 200 && isCurrent(request, tag))
      send(notModified(reply, body));
    else if (!coding || (isHead && body instanceof Readable)) send(body);
    // Fastify itself handles an error of the stream that it receives.
    else if (body instanceof Readable) send(pipeline(body, coders[coding].stream(), () => undefined));
    else compress(body as Body, coding, request, tag).then(send, done);
  });
}

function codingOf(request: FastifyRequest, reply: FastifyReply, body: unknown): Coding | undefined {
  const accepted = request.headers['accept-encoding'];
  if (!accepted || reply.statusCode === 206 || reply.hasHeader('content-encoding')) return undefined;
  if (!COMPRESSIBLE.test(String(reply.getHeader('content-type')))) return undefined;
  if (/\bno-transform\b/.test(String(reply.getHeader('cache-control')))) return undefined;
  const isWhole = typeof body === 'string' || Buffer.isBuffer(body);
  if (!isWhole && !(body instanceof Readable)) return undefined;
  const { coding, isNeeded } = negotiate(accepted);
  return isWhole && !isNeeded && Buffer.byteLength(body) < MIN_BYTES ? undefined : coding;
}

/**
 * Returns the preferred coding of an `Accept-Encoding`, brotli among equals (RFC 9110, section 12.5.3).
 * @returns also whether the body must be coded, since the uncoded form is refused
 */
function negotiate(accepted: string): { coding: Coding | undefined; isNeeded: boolean } {
  const weights = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    weights.set(name!.replace(/^x-/, ''), weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (name: string) => weights.get(name) ?? weights.get('*') ?? 0;
  const coding: Coding = weightOf('gzip') > weightOf('br') ? 'gzip' : 'br';
  const isWorse = weightOf(coding) === 0 || weightOf(coding) < (weights.get('identity') ?? 0);
  return {
    coding: isWorse ? undefined : coding,
    isNeeded: (weights.get('identity') ?? weights.get('*')) === 0,
  };
}

function notModified(reply: FastifyReply, body: unknown): null {
  if (body instanceof Readable) body.destroy();
  reply.code(304);
  for (const name of ['content-type', 'content-length', 'content-encoding']) reply.removeHeader(name);
  return null;
}

async function compress(body: Body, coding: Coding, request: FastifyRequest, tag: unknown): Promise<Body> {
  if (request.routeOptions.config.compressOnce && typeof tag === 'string' && isContentTag(tag))
    return (await copies.fetch(`${coding} ${tag}`, { context: { body, coding } }))!;
  return Buffer.byteLength(body) > MAX_SYNC_BYTES ? coders[coding].later(body) : coders[coding].now(body);
}

/** Returns an empty stream, for which Fastify's own HEAD hook keeps the headers. */
function headOf(reply: FastifyReply, content: unknown): unknown {
  if (content instanceof Readable) content.destroy();
  else if (typeof content === 'string' || Buffer.isBuffer(content))
    reply.header('content-length', Buffer.byteLength(content));
  return Readable.from([]);
}
