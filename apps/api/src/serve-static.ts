import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pagePolicy } from '@gatehouse/http';

const FOLDER = fileURLToPath(new URL('../static/', import.meta.url));

/** Pages load scripts, styles and images from this server only, and no inline ones. */
const PAGE_POLICY = pagePolicy({
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': "'self'",
  'form-action': "'self'",
});

/**
 * Serves the files of `apps/api/static` under `/static/`, behind the middlewares and the method stage. Clients ask
 * each time whether their copy is current. Dot files and folders are 404.
 */
export async function serveStatic(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, {
    root: FOLDER,
    prefix: '/static/',
    decorateReply: false,
    dotfiles: 'ignore',
    index: false,
    acceptRanges: false,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', 'public, no-cache');
      if (path.endsWith('.html')) void reply.header('content-security-policy', PAGE_POLICY);
    },
  });
}
