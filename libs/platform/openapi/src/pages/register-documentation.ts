import { dump } from 'js-yaml';
import { NotFoundProblem } from '@gatehouse/http';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { type Asset, pageRoute, registerAssets } from './asset.js';
import { problemPages } from './problem-pages.js';
import { redocAssets } from './redoc.js';
import { LOGO_PATH, swaggerUiAssets } from './swagger-ui.js';

/** A gate: the icon of the pages and the logo of the document. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">
<rect width="32" height="32" rx="6" fill="#17324d"/>
<path d="M6 26V10l3-3 3 3v3h8v-3l3-3 3 3v16h-6v-5a4 4 0 0 0-8 0v5z" fill="#fff"/>
</svg>
`;

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
  const json: Asset = { path: '/openapi.json', load: () => JSON.stringify(document()) };
  const yaml: Asset = {
    path: '/openapi.yaml',
    // Through JSON, because YAML would write undefined values and anchors for repeated objects.
    load: () => dump(JSON.parse(JSON.stringify(document())), { noRefs: true, lineWidth: 120 }),
  };
  const logo: Asset = { path: LOGO_PATH, load: () => LOGO, isLasting: true };
  registerAssets(fastify, [
    json,
    yaml,
    logo,
    ...swaggerUiAssets(base),
    ...redocAssets(base),
    ...problemPages(base),
  ]);
  fastify.get('/problems/:slug', pageRoute, () => {
    throw new NotFoundProblem('There is no such problem type');
  });
  fastify.get('/', pageRoute, async (_request, reply) =>
    reply.header('cache-control', 'no-cache').redirect('/docs'),
  );
}
