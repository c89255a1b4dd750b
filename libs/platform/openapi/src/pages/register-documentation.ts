import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { registerAssets } from './asset.js';
import { documentAssets } from './document-assets.js';
import { logoAsset } from './logo.js';
import { registerProblemPages } from './problem-pages.js';
import { redocAssets } from './redoc.js';
import { swaggerUiAssets } from './swagger-ui.js';

/**
 * Serves `/openapi.json`, `/openapi.yaml`, `/docs`, `/redoc` and `/problems`, and redirects `/` to `/docs`. No page
 * loads anything from another host, and each sends its own Content-Security-Policy, which a global one must not
 * replace.
 * @param fastify before it listens
 * @param document builds the document when it is first requested
 * @param base path under which clients reach the server, the prefix of links
 */
export function registerDocumentation(
  fastify: FastifyInstance,
  document: () => OpenAPIObject,
  base = '',
): void {
  registerAssets(fastify, [
    ...documentAssets(document),
    logoAsset,
    ...swaggerUiAssets(base),
    ...redocAssets(base),
  ]);
  registerProblemPages(fastify, base);
  fastify.get('/', async (_request, reply) => reply.header('cache-control', 'no-cache').redirect('/docs'));
}
