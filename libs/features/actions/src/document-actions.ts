import type { OpenAPIObject } from '@nestjs/swagger';
import {
  type Operation,
  resolveSchema,
  responseName,
  type Schema,
  type Schemas,
  templateOf,
} from '@gatehouse/openapi';
import type { Action, Source } from './actions.js';

export type Paths = OpenAPIObject['paths'];
type Parameter = Extract<NonNullable<Operation['parameters']>[number], { in: string }>;
type Response = Exclude<Operation['responses'][string], { $ref: string } | undefined>;

const JSON_TYPE = 'application/json';
export const ANY_OBJECT = { type: 'object', additionalProperties: true } as const;
/** An invalid input and an unknown id are 400 here. */
const REPLACED = ['304', '404', '422'];

interface Body {
  content?: Record<
    string,
    { schema: Schema; example?: object; examples?: Record<string, { value: object }> }
  >;
}

interface Part {
  source: Source;
  operation: Operation;
}

/** The operations of actions, derived from those of their routes. */
export function documentActions(actions: readonly Action[], paths: Paths, schemas: Schemas): Paths {
  const added = actions.map(({ path, sources }) => {
    const parts = sources.toReversed().map((source) => ({ source, operation: operationOf(source, paths) }));
    return [path, { post: describe(path, parts, schemas) }] as const;
  });
  return { ...Object.fromEntries(added), ...echo(paths) };
}

/** Its body is read as a stream, and yet it is JSON with any fields. */
function echo(paths: Paths): Paths {
  const path = '/api/v0/echo/read';
  const content = { [JSON_TYPE]: { schema: ANY_OBJECT, example: { text: 'Hello' } } };
  return { [path]: { post: { ...paths[path]!.post!, requestBody: { required: true, content } } } };
}

function operationOf({ route: { method, path } }: Source, paths: Paths): Operation {
  return paths[templateOf(path)]![method.toLowerCase() as 'get']!;
}

function describe(path: string, parts: Part[], schemas: Schemas): Operation {
  const operations = parts.map(({ operation }) => operation);
  const isPublic = operations.some(({ security }) => security?.length === 0);
  const headers = operations.flatMap(({ parameters }) => parametersOf(parameters, 'header'));
  const bodies = parts.map((part) => bodyOf(part, schemas));
  return {
    tags: ['Actions'],
    summary: operations.map(({ summary }) => summary).join(', or: '),
    description: parts.map(noteOf).join('\n\n'),
    operationId: path.slice('/api/'.length).replace(/[^A-Za-z\d]+/g, '_'),
    security: isPublic ? [] : unique(operations.flatMap(({ security = [] }) => security)),
    ...(headers.length > 0 && { parameters: unique(headers) }),
    requestBody: {
      required: true,
      content: {
        [JSON_TYPE]: {
          schema: bodies.length === 1 ? bodies[0]!.schema : { oneOf: bodies.map(({ schema }) => schema) },
          example: bodies.at(-1)!.example,
        },
      },
    },
    responses: { ...successesOf(operations), ...errorsOf(operations) },
    'x-routes': parts.map(({ source: { route } }) => `${route.method} ${templateOf(route.path)}`),
  } as Operation;
}

function noteOf({ source: { route, params }, operation }: Part, _index: number, parts: Part[]): string {
  const address = `\`${route.method} ${templateOf(route.path)}\``;
  const others = new Set(parts.flatMap(({ source }) => (source.route === route ? [] : source.params)));
  const own = params.filter((name) => !others.has(name)).map((name) => `\`${name}\``);
  const when = parts.length === 1 ? 'As' : own.length > 0 ? `With ${own.join(' and ')}, as` : 'Otherwise, as';
  return `${when} ${address}:\n\n${operation.description}`;
}

/** One object with the parameters of path and query, and the fields of the body. */
function bodyOf({ operation }: Part, schemas: Schemas): { schema: Schema; example: object } {
  const parameters = [
    ...parametersOf(operation.parameters, 'path'),
    ...parametersOf(operation.parameters, 'query'),
  ];
  const { content = {} } = (operation.requestBody ?? {}) as Body;
  const body = content[JSON_TYPE];
  const shown = body?.example ?? Object.values(body?.examples ?? {})[0]?.value;
  const { properties = {}, required = [] } = body ? resolveSchema(body.schema, schemas) : {};
  const needed = parameters.filter((parameter) => parameter.required);
  const fields = parameters.map(({ name, schema, description, example }) => [
    name,
    { ...schema, ...(description && { description }), example },
  ]);
  return {
    schema: {
      type: 'object',
      properties: { ...Object.fromEntries(fields), ...properties },
      required: [...needed.map(({ name }) => name), ...required],
      additionalProperties: false,
    } as Schema,
    example: { ...Object.fromEntries(needed.map(({ name, example }) => [name, example])), ...shown },
  };
}

function successesOf(operations: Operation[]): Operation['responses'] {
  const all = operations.flatMap(({ responses }) =>
    Object.entries(responses)
      .filter(([status]) => Number(status) < 300)
      .map(([status, response]) => ({
        status: status === '204' ? '200' : status,
        response: response as Response,
      })),
  );
  return Object.fromEntries(
    [...Map.groupBy(all, ({ status }) => status)].map(([status, same]) => {
      const shapes = unique(same.flatMap(({ response }) => shapesOf(response)));
      return [
        status,
        {
          description: same[0]!.response.description,
          content: { [JSON_TYPE]: { schema: shapes.length === 1 ? shapes[0] : { oneOf: shapes } } },
          headers: Object.assign({}, ...same.map(({ response }) => response.headers)),
        },
      ];
    }),
  );
}

/** The shapes of a response as an action gives it. */
function shapesOf({ content }: Response): Schema[] {
  const schema = content?.[JSON_TYPE]?.schema as Schema | undefined;
  if (!schema) return [{ type: 'object', properties: {} }];
  if (schema.type === 'array')
    return [{ type: 'object', properties: { items: schema }, required: ['items'] }];
  return (schema.oneOf as Schema[] | undefined) ?? [schema];
}

/** 400, 413 and 415 are those of the body. */
function errorsOf(operations: Operation[]): Operation['responses'] {
  const statuses = operations.flatMap(({ responses }) => Object.keys(responses));
  const all = new Set(
    [...statuses, '400', '413', '415'].filter(
      (status) => Number(status) >= 400 && !REPLACED.includes(status),
    ),
  );
  return Object.fromEntries(
    [...all]
      .sort()
      .map((status) => [status, { $ref: `#/components/responses/${responseName(Number(status))}` }]),
  );
}

function parametersOf(all: Operation['parameters'], place: string): Parameter[] {
  return (all ?? []).filter((each): each is Parameter => 'in' in each && each.in === place);
}

function unique<T>(values: T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
