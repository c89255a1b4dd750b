import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { registerAssets } from './asset.js';
import { documentAssets } from './document-assets.js';
import { logoAsset } from './logo.js';
import { registerProblemPages } from './problem-pages.js';
import { redocAssets } from './redoc.js';
import { swaggerUiAssets } from './swagger-ui.js';

/**
 * Serves `/openapi.json`, `/openapi.yaml`, `/docs`, `/redoc` and `/problems`. No page loads anything from another
 * host, and each sends its own Content-Security-Policy: a global one must not replace it.
 *
 * @param fastify before it listens
 * @param document built when it is first asked for
 */
export function registerDocumentation(fastify: FastifyInstance, document: () => OpenAPIObject): void {
  registerAssets(fastify, [...documentAssets(document), logoAsset, ...swaggerUiAssets(), ...redocAssets()]);
  registerProblemPages(fastify);
}
