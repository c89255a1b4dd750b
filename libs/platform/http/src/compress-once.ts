import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Negotiator } from '@fastify/accept-negotiator';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isContentTag } from './conditional.js';

type Coding = 'br' | 'gzip';

interface Original {
  body: string | Buffer;
  coding: Coding;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route gives many clients the same body. It is compressed once if its `ETag` is made from its bytes. */
    compressOnce?: boolean;
  }
}

/** Smaller bodies are not worth it. */
const MIN_BYTES = 1000;
const COPIES_BYTES = 32 * 1024 * 1024;
/** Eleven takes seconds for a script of a megabyte, and saves a tenth. */
const BROTLI_QUALITY = 9;
const COMPRESSIBLE = /^text\/|[/+](json|yaml)(;|$)/;

const codings = new Negotiator({ supportedValues: ['br', 'gzip', 'identity'] });

const compress: Record<Coding, (body: string | Buffer) => Promise<Buffer>> = {
  br: (body) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }),
  gzip: (body) => promisify<string | Buffer, Buffer>(gzip)(body),
};

/** By entity tag and coding. Of several who ask at once, one compresses. */
const copies = new LRUCache<string, Buffer, Original>({
  maxSize: COPIES_BYTES,
  sizeCalculation: ({ length }) => length,
  fetchMethod: (_key, _stale, { context: { body, coding } }) => compress[coding](body),
});

/**
 * Compresses the bodies of routes with `compressOnce` in their config once, and not for each request. All clients are
 * sent the same bytes in memory, so that one that does not read them holds no copy of its own.
 */
export function compressOnce(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.config?.compressOnce) route.onSend = [sendCopy, route.onSend ?? []].flat();
  });
}

async function sendCopy(request: FastifyRequest, reply: FastifyReply, body: unknown): Promise<unknown> {
  const tag = String(reply.getHeader('etag'));
  if (reply.statusCode !== 200 || !isContentTag(tag) || !isCompressible(body, reply)) return body;
  const coding = codings.negotiate(request.headers['accept-encoding'] ?? '') as Coding | 'identity' | null;
  if (coding === null || coding === 'identity') return body;
  const copy = await copies.fetch(`${coding} ${tag}`, { context: { body, coding } });
  reply.header('content-encoding', coding);
  return copy;
}

function isCompressible(body: unknown, reply: FastifyReply): body is string | Buffer {
  return (
    (typeof body === 'string' || Buffer.isBuffer(body)) &&
    Buffer.byteLength(body) >= MIN_BYTES &&
    COMPRESSIBLE.test(String(reply.getHeader('content-type')))
  );
}
