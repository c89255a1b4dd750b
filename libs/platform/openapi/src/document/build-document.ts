import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { LOGO_PATH } from '../pages/logo.js';
import { applyPolicy, type Operation } from './apply-policy.js';
import { headersNamed, responseHeaders } from './headers.js';
import { operationId } from './operation-id.js';
import { type OperationPolicy, templateOf } from './operation-policy.js';
import { problemResponses, problemSchemas, rateLimitHeaders } from './problem-components.js';
import { finished, type Schemas } from './schemas.js';
import { securitySchemes } from './security.js';

export interface DocumentOptions {
  /** Version of the application. */
  version: string;
  /** Path that clients reach the server under; none by default. */
  base?: string;
  /** The tags of the features, in the order in which readers meet them. One without operations is left out. */
  tags: readonly { name: string; description: string }[];
  /** One for each operation. More than there are operations is fine. */
  policies: readonly OperationPolicy[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'options', 'head'] as const;

const notModified = {
  description: 'What the client has still holds: nothing is sent again.',
  headers: headersNamed([
    'X-Request-Id',
    'X-Process-Time',
    ...rateLimitHeaders,
    'ETag',
    'Cache-Control',
    'X-Cache',
    'Age',
  ]),
};

const DESCRIPTION = `Every request passes the same gate, in the same order: middlewares → method → authentication →
permissions → throttle → validation → cache → handler. What each operation says below about security, limits, cache
and errors is derived from the declaration that the gate itself works by.

Every error is a problem document (RFC 9457); its \`type\` is the address of a [page](/problems) with cause and remedy.
Log in with the Authorize button or send \`Authorization: Bearer …\`; programs send \`X-API-Key\`, browsers a cookie. Of
several kinds of credentials the first in this order counts.`;

/**
 * The OpenAPI 3.1 document of an application: routes, parameters and schemas from Nest's decorators, and
 * security, limits, cache and errors from the policies of the gate.
 *
 * @param app with its global prefix and versioning set; it need not be initialised
 * @throws Error when an operation has no policy, or two have the same `operationId`
 */
export function buildDocument(app: INestApplication, options: DocumentOptions): OpenAPIObject {
  const scanned = SwaggerModule.createDocument(app, baseOf(options), { operationIdFactory: operationId });
  const scannedSchemas = scanned.components?.schemas ?? {};
  const paths = pathsOf(scanned, options.policies, scannedSchemas);
  const schemas = finished(scannedSchemas, bodiesIn(paths));
  const responses = used('responses', { ...problemResponses(), NotModified: notModified }, paths);
  const document = {
    openapi: scanned.openapi,
    info: scanned.info,
    servers: scanned.servers,
    tags: tagsIn(paths, scanned.tags),
    paths,
    components: {
      schemas: used('schemas', { ...schemas, ...problemSchemas }, [paths, responses]),
      responses,
      headers: used('headers', responseHeaders, [paths, responses]),
      securitySchemes: securitySchemesIn(paths, options.base),
    },
  };
  return options.base ? withLinksUnder(options.base, document) : document;
}

/** With the links in Markdown that lead to this server under the path. */
function withLinksUnder(base: string, document: OpenAPIObject): OpenAPIObject {
  return JSON.parse(JSON.stringify(document).replaceAll('](/', `](${base}/`)) as OpenAPIObject;
}

/** The components that `where` refers to, directly or through each other, by name. */
function used<T>(kind: string, components: Record<string, T>, where: unknown): Record<string, T> {
  const reference = new RegExp(`"#/components/${kind}/([^"]+)"`, 'g');
  const found = new Map<string, T>();
  const queue: unknown[] = [where];
  while (queue.length > 0) {
    for (const [, name] of JSON.stringify(queue.pop()).matchAll(reference)) {
      const component = components[name!];
      if (component === undefined || found.has(name!)) continue;
      found.set(name!, component);
      queue.push(component);
    }
  }
  return sorted(Object.fromEntries(found));
}

function baseOf({ version, tags, base = '' }: DocumentOptions): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Gatehouse')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addServer(base || '/', 'This server');
  for (const { name, description } of tags) builder.addTag(name, description);
  const built = builder.build();
  // Of OpenAPI 3.1, and unknown to the builder.
  const license = { name: 'MIT', identifier: 'MIT' };
  const logo = { url: base + LOGO_PATH, altText: 'Gatehouse' };
  const contact = { name: 'The maintainers of Gatehouse' };
  return { ...built, info: { ...built.info, contact, license, 'x-logo': logo } as OpenAPIObject['info'] };
}

function pathsOf(
  scanned: OpenAPIObject,
  policies: readonly OperationPolicy[],
  schemas: Schemas,
): OpenAPIObject['paths'] {
  const byRoute = new Map(
    policies.map((policy) => [routeKey(policy.method, templateOf(policy.path)), policy]),
  );
  const ids = new Map<string, string>();
  const paths = Object.keys(scanned.paths).sort();
  return Object.fromEntries(
    paths.map((path) => {
      const item = scanned.paths[path]!;
      const operations = METHODS.filter((method) => item[method]).map((method) => {
        const route = routeKey(method, path);
        const policy = byRoute.get(route);
        if (!policy) throw new Error(`${route} is documented, but the gate has no policy for it`);
        claimId(ids, item[method]!, route);
        return [
          method,
          applyPolicy(item[method]!, { ...policy, method: method.toUpperCase() }, schemas),
        ] as const;
      });
      return [path, Object.fromEntries(operations)];
    }),
  );
}

function operationsIn(paths: OpenAPIObject['paths']): Operation[] {
  return Object.values(paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
}

function bodiesIn(paths: OpenAPIObject['paths']): unknown[] {
  return operationsIn(paths).map(({ requestBody }) => requestBody);
}

function tagsIn(paths: OpenAPIObject['paths'], tags: OpenAPIObject['tags'] = []): OpenAPIObject['tags'] {
  const names = new Set(operationsIn(paths).flatMap((operation) => operation.tags ?? []));
  return tags.filter(({ name }) => names.has(name));
}

function claimId(ids: Map<string, string>, { operationId: id }: Operation, route: string): void {
  const other = ids.get(id!);
  if (other)
    throw new Error(`${route} and ${other} have the same operationId "${id}": rename one of the handlers`);
  ids.set(id!, route);
}

function securitySchemesIn(paths: OpenAPIObject['paths'], base?: string): ReturnType<typeof securitySchemes> {
  const text = JSON.stringify(paths);
  const isUsed = ([name]: [string, unknown]): boolean => text.includes(`{"${name}":[]}`);
  return Object.fromEntries(Object.entries(securitySchemes(base)).filter(isUsed));
}

/** Trailing slashes are the same path (and `/` stays). */
function routeKey(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/(?<=[^/])\/+$/, '')}`;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
