import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { features } from '@gatehouse/api';
import { declarationsOf } from '@gatehouse/modules';
import { TestApp } from '../support/test-app.js';

/** The parts of a JSON schema, parameter, media type or header that these rules read. */
interface Part {
  [key: string]: unknown;
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Part>;
  items?: Part;
  description?: string;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
  schema?: Part;
}

interface Operation {
  at: string;
  method: string;
  parameters: (Part & { name: string; in: string; required?: boolean })[];
  bodies: [mediaType: string, content: Part][];
  responses: Record<string, Part & { headers?: Record<string, Part>; content?: Record<string, Part> }>;
  security: object[];
  permissions: string | string[];
  ignoresCookie: boolean;
  throttled: boolean;
  cached: boolean;
}

let app: TestApp;
let document: OpenAPIObject;
let operations: Operation[];

beforeAll(async () => {
  app = await TestApp.start();
  document = JSON.parse(JSON.stringify(app.app.getHttpAdapter().getInstance().openApiDocument));
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) =>
      operationOf(`${method.toUpperCase()} ${path}`, operation),
    ),
  );
});
afterAll(() => app.stop());

/** Tests that no operation breaks the rule. @param broken returns the violations */
function each(rule: string, broken: (operation: Operation) => string[]): void {
  it(rule, () => {
    // needs: every-feature
    expect(operations.length).toBeGreaterThan(90);
    // end
    expect(operations.flatMap((each) => broken(each).map((text) => `${each.at}: ${text}`))).toEqual([]);
  });
}

describe('Every operation', () => {
  each('explains each parameter and gives a valid example', ({ parameters }) =>
    parameters.flatMap((parameter) => [
      ...(parameter.description ? [] : [`${parameter.name} has no description`]),
      ...(parameter.example === undefined ? [`${parameter.name} has no example`] : []),
      ...invalid(parameter.schema!, parameter.example).map((text) => `${parameter.name}: ${text}`),
    ]),
  );

  each('has titled parameters in its path', ({ parameters }) =>
    parameters
      .filter((parameter) => parameter.in === 'path' && !parameter.schema!['title'])
      .map(({ name }) => `${name} has no title`),
  );

  each('gives a valid example of each body', ({ bodies }) =>
    bodies.flatMap(([type, { schema, example, examples }]) => {
      const all = example === undefined ? Object.values(examples ?? {}).map(({ value }) => value) : [example];
      return all.length === 0 ? [`${type} has no example`] : all.flatMap((value) => invalid(schema!, value));
    }),
  );

  each('says of a body with fields that it takes no others', ({ bodies }) =>
    bodies.flatMap(([type, { schema }]) =>
      [...schemasIn(schema!)]
        .filter(isOpenObject)
        .map((open) => `${type} takes anything in ${JSON.stringify(open)}`),
    ),
  );

  each('names the fields of its sort', ({ parameters }) =>
    parameters.flatMap(({ name, description, schema }) => {
      if (name !== 'sort') return [];
      const fields = /\(([^)]*)\)/.exec(String(schema!['pattern']))?.[1]?.split('|') ?? ['(no pattern)'];
      return fields.filter((field) => !description!.includes(`\`${field}\``));
    }),
  );

  each('bounds each list and each number that it takes or gives', ({ parameters, bodies, responses }) => {
    const roots = [
      ...parameters.map(({ schema }) => schema!),
      ...bodies.map(([, { schema }]) => schema!),
      ...Object.values(responses).flatMap((response) =>
        Object.values((resolve(response).content as Record<string, Part>) ?? {}).map(({ schema }) => schema!),
      ),
    ];
    return roots.flatMap((root) =>
      [...schemasIn(root)].flatMap((schema) => [
        ...(schema.type === 'array' && schema['maxItems'] === undefined
          ? [`no maxItems: ${JSON.stringify(schema)}`]
          : []),
        ...([schema.type].flat().includes('integer') && schema['maximum'] === undefined
          ? [`no maximum: ${JSON.stringify(schema)}`]
          : []),
      ]),
    );
  });

  each('writes what may be null so that generators read it', ({ bodies, responses }) => {
    const contents = Object.values(responses).flatMap((response) =>
      Object.values((resolve(response).content as Record<string, Part>) ?? {}),
    );
    return [...contents, ...bodies.map(([, content]) => content)].flatMap(({ schema }) =>
      [...schemasIn(schema!)]
        .filter(
          (part) =>
            part['anyOf'] || part['nullable'] || (part['enum'] as unknown[] | undefined)?.includes(null),
        )
        .map((part) => JSON.stringify(part)),
    );
  });

  each(
    'has 403 exactly when permissions, a cookie or the handler can refuse',
    ({ method, responses, ...rest }) => {
      const mayRefuse = Array.isArray(rest.permissions) || (isUnsafe(method) && !rest.ignoresCookie);
      return '403' in responses && !mayRefuse ? ['nothing there refuses with 403'] : [];
    },
  );

  each('has 413 and 415 only where it takes a body', ({ method, responses }) =>
    isUnsafe(method) ? [] : ['413', '415'].filter((status) => status in responses),
  );

  each('declares the headers that its successes carry', ({ method, responses, throttled, cached }) =>
    Object.entries(responses).flatMap(([status, response]) => {
      if (Number(status) >= 300) return [];
      const names = Object.keys(response.headers ?? {});
      const shapes = Object.values(response.content ?? {}).flatMap(({ schema }) => shapesOf(schema!));
      const isJson = 'application/json' in (response.content ?? {});
      const wanted = [
        'X-Request-Id',
        'X-Process-Time',
        'Cache-Control',
        ...(throttled ? ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] : []),
        ...(shapes.some((fields) => 'items' in fields && 'total' in fields) ? ['X-Total-Count'] : []),
        ...((isJson && method === 'GET') || shapes.some((fields) => 'version' in fields) ? ['ETag'] : []),
        ...(status === '201' ? ['Location'] : []),
        ...(cached ? ['X-Cache', 'Age'] : []),
      ].filter((name) => name !== 'Cache-Control' || method === 'GET');
      return wanted
        .filter((name) => !names.includes(name))
        .map((name) => `${status} does not declare ${name}`);
    }),
  );

  each('answers errors with a shared response that has one example', ({ responses }) =>
    Object.entries(responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([status, response]) => {
        const { content } = resolve(response) as { content: Record<string, Part> };
        const { example, schema } = content['application/problem+json']!;
        if (!response.$ref || example === undefined)
          return [`${status} is not shared, or has no single example`];
        return invalid(schema!, example);
      }),
  );
});

describe('The document', () => {
  it('marks the operations that ignore a session cookie', () => {
    const ignoring = operations.filter(({ ignoresCookie }) => ignoresCookie).map(({ at }) => at);
    expect(ignoring).toContain('POST /api/v1/auth/login');
    expect(ignoring).toContain('POST /api/v1/auth/register');
    expect(ignoring).not.toContain('POST /api/v1/auth/logout');
  });

  it('lists the tags of the features in their order, and what is for operators last', () => {
    const inOrder = new Set(declarationsOf(features).map(({ tag }) => tag));
    const tags = document.tags!.map(({ name }) => name);
    expect(tags).toEqual([...[...inOrder].filter((tag) => tags.includes(tag)), 'Operations']);
    expect(tags[0]).toBe('Auth');
  });

  it('has a logo that this server serves', async () => {
    const { url, altText } = (document.info as unknown as { 'x-logo': { url: string; altText: string } })[
      'x-logo'
    ];
    const response = await fetch(app.url + url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(altText).toBe('Gatehouse');
  });

  it('offers the log-in first', () => {
    expect(Object.keys(document.components!.securitySchemes!)[0]).toBe('login');
  });
});

function operationOf(at: string, operation: object): Operation {
  const found = operation as Record<string, unknown> &
    Pick<Operation, 'parameters' | 'responses' | 'security'>;
  const { content = {} } = (found['requestBody'] ?? {}) as { content?: Record<string, Part> };
  return {
    at,
    method: at.split(' ')[0]!,
    parameters: found.parameters ?? [],
    bodies: Object.entries(content),
    responses: found.responses,
    security: found.security,
    permissions: found['x-permissions'] as Operation['permissions'],
    ignoresCookie: found['x-session-cookie'] === 'ignored',
    throttled: found['x-throttle'] !== undefined,
    cached: found['x-cache'] !== undefined,
  };
}

function isUnsafe(method: string): boolean {
  return method !== 'GET';
}

function resolve(part: Part): Part {
  if (!part.$ref) return part;
  const found = part.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => (at as Part)[key], document);
  return resolve(found as Part);
}

/** A schema and all nested ones, with references resolved. */
function schemasIn(root: Part, seen = new Set<Part>()): Set<Part> {
  const schema = resolve(root);
  if (seen.has(schema)) return seen;
  seen.add(schema);
  const nested = ['oneOf', 'anyOf', 'allOf'].flatMap((key) => (schema[key] as Part[] | undefined) ?? []);
  for (const part of [
    ...nested,
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
  ])
    schemasIn(part, seen);
  return seen;
}

function isOpenObject(schema: Part): boolean {
  return schema.properties !== undefined && schema['additionalProperties'] !== false;
}

/** The fields of each possible shape of a response. */
function shapesOf(schema: Part): Record<string, Part>[] {
  const { oneOf, properties = {} } = resolve(schema) as { oneOf?: Part[]; properties?: Record<string, Part> };
  return oneOf ? oneOf.flatMap(shapesOf) : [properties];
}

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true, logger: false }));
const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

/** The validation errors of a value, in sentences. */
function invalid(schema: Part, value: unknown): string[] {
  if (value === undefined) return [];
  const text = JSON.stringify(schema);
  const validate = compiled.get(text) ?? ajv.compile({ ...schema, components: document.components });
  compiled.set(text, validate);
  return validate(value)
    ? []
    : validate.errors!.map((error) => `${JSON.stringify(value)}${error.instancePath} ${error.message}`);
}
