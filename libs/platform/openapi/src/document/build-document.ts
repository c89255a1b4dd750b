import type { INestApplication } from '@nestjs/common';
import { type OpenAPIObject, type SecuritySchemeObject, SwaggerModule } from '@nestjs/swagger';
import { rateLimitHeaders } from '@gatehouse/http';
import { LOGO_PATH } from '../pages/swagger-ui.js';
import { applyPolicy, type Operation } from './apply-policy.js';
import { headersNamed, responseHeaders } from './headers.js';
import { operationId } from './operation-id.js';
import { type OperationPolicy, templateOf } from './operation-policy.js';
import type { OperationSource } from './operation-source.js';
import { problemResponses, problemSchemas } from './problem-components.js';
import { finished, type Schemas } from './schemas.js';

export interface DocumentOptions {
  /** Version of the application. */
  version: string;
  /** Description of the application, in Markdown. */
  description: string;
  /** Path under which clients reach the server; none by default. */
  base?: string;
  /** Tags of the features, in reading order. Tags without operations are left out. */
  tags: readonly { name: string; description: string }[];
  /** Policies of all operations; surplus ones are ignored. */
  policies: readonly OperationPolicy[];
  /** Sources of operations that no controller declares; none by default. */
  sources?: readonly OperationSource[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'options', 'head'] as const;

const notModified = {
  description: 'The copy of the client is still current; no body is sent.',
  headers: headersNamed([
    'X-Request-Id',
    'X-Process-Time',
    ...Object.values(rateLimitHeaders),
    'ETag',
    'Cache-Control',
    'X-Cache',
    'Age',
  ]),
};

/**
 * Builds the OpenAPI 3.1 document of an application: routes, parameters and schemas from Nest's decorators; security,
 * limits, cache and errors from the policies of the gate.
 * @param app with its global prefix and versioning set; it need not be initialised
 * @throws Error when an operation has no policy, or two have the same `operationId`
 */
export function buildDocument(app: INestApplication, options: DocumentOptions): OpenAPIObject {
  const scanned = SwaggerModule.createDocument(app, baseOf(options), { operationIdFactory: operationId });
  const scannedSchemas = scanned.components?.schemas ?? {};
  const declared = pathsOf(scanned, options.policies, scannedSchemas);
  const schemas = finished(scannedSchemas, bodiesIn(declared));
  const others = (options.sources ?? []).map((source) => source.operations(declared, schemas));
  const paths = sorted(Object.assign({}, declared, ...others) as typeof declared);
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
      securitySchemes: securitySchemesIn(paths, options.policies),
    },
  };
  return options.base ? withLinksUnder(options.base, document) : document;
}

/** Prefixes links to this server, in Markdown and in security schemes, with the base path. */
function withLinksUnder(base: string, document: OpenAPIObject): OpenAPIObject {
  return JSON.parse(
    JSON.stringify(document).replace(/(]\(|"(?:token|refresh)Url":")\//g, `$1${base}/`),
  ) as OpenAPIObject;
}

/** The components of a kind that `where` refers to, directly or indirectly, by name. */
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

function baseOf({ version, description, tags, base = '' }: DocumentOptions): Omit<OpenAPIObject, 'paths'> {
  const info = {
    title: 'Gatehouse',
    description,
    version,
    contact: { name: 'The maintainers of Gatehouse' },
    license: { name: 'MIT', identifier: 'MIT' },
    'x-logo': { url: base + LOGO_PATH, altText: 'Gatehouse' },
  };
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: base || '/', description: 'This server' }],
    tags: [...tags],
  };
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

function securitySchemesIn(
  paths: OpenAPIObject['paths'],
  policies: readonly OperationPolicy[],
): Record<string, SecuritySchemeObject> {
  const text = JSON.stringify(paths);
  const schemes = policies.flatMap(({ security }) => Object.entries(security));
  return Object.fromEntries(schemes.filter(([name]) => text.includes(`{"${name}":[]}`)));
}

/** Paths with and without a trailing slash are the same (and `/` stays). */
function routeKey(method: string, path: string): string {
  return `${method.toUpperCase()} ${path.replace(/(?<=[^/])\/+$/, '')}`;
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
