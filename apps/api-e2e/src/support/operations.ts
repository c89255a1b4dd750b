import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of a JSON schema that these specs read. */
export interface FieldSchema {
  type?: string | string[];
  maxLength?: number;
  example?: unknown;
  format?: string;
  enum?: unknown[];
  $ref?: string;
  allOf?: FieldSchema[];
  readOnly?: boolean;
}

/** An operation of the application's OpenAPI document, with a valid request. */
export interface Operation {
  name: string;
  method: string;
  /** Documented path, e.g. `/api/v1/users/{id}`. */
  template: string;
  /** Path with ids of existing resources. */
  path: string;
  /** Names of the path parameters. */
  parameters: string[];
  query: { name: string; schema: FieldSchema }[];
  /** Media types of the body; empty without a body. */
  types: string[];
  /** Whether the body is required. */
  needsBody: boolean;
  /** Fields of the JSON body, except ignored ones. */
  fields: Record<string, FieldSchema>;
  example: Record<string, unknown>;
  /** Read-only fields, which are ignored. */
  ignored: string[];
}

/** Whether the response to a GET takes long, or never ends. */
export function isLong(path: string): boolean {
  return /\/(availability|stream)$/.test(path);
}

interface Documented {
  parameters?: { name: string; in: string; schema: FieldSchema }[];
  requestBody?: { required?: boolean; content: Record<string, { schema: FieldSchema }> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * Lists all operations of a document.
 * @param values replaces the parameters of a path such as `/api/v1/users/{id}`
 */
export function operationsOf(
  document: OpenAPIObject,
  values: (template: string, method: string) => string,
): Operation[] {
  const paths = document.paths as Record<string, Record<string, Documented>>;
  return Object.entries(paths).flatMap(([template, item]) =>
    METHODS.filter((method) => item[method]).map((method) =>
      operationOf(
        document,
        method.toUpperCase(),
        template,
        item[method]!,
        values(template, method.toUpperCase()),
      ),
    ),
  );
}

function operationOf(
  document: OpenAPIObject,
  method: string,
  template: string,
  { parameters = [], requestBody }: Documented,
  path: string,
): Operation {
  const content = requestBody?.content ?? {};
  const properties = propertiesOf(document, content['application/json']?.schema);
  const fields = Object.fromEntries(properties.filter(([, { readOnly }]) => !readOnly));
  return {
    name: `${method} ${template}`,
    method,
    template,
    path,
    parameters: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    query: parameters.filter((parameter) => parameter.in === 'query'),
    types: Object.keys(content),
    needsBody: requestBody?.required ?? false,
    fields,
    example: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, exampleOf(field)])),
    ignored: properties.filter(([, { readOnly }]) => readOnly).map(([name]) => name),
  };
}

function exampleOf({ type, example, enum: values }: FieldSchema): unknown {
  return example ?? values?.[0] ?? (type === 'boolean' ? true : 'text');
}

function propertiesOf(document: OpenAPIObject, schema: FieldSchema | undefined): [string, FieldSchema][] {
  const { properties = {} } = resolve(document, schema ?? {}) as { properties?: Record<string, FieldSchema> };
  return Object.entries(properties).map(([name, field]) => [name, resolve(document, field)]);
}

function resolve(document: OpenAPIObject, schema: FieldSchema): FieldSchema {
  const { $ref = schema.allOf?.[0]?.$ref } = schema;
  if (!$ref) return schema;
  return { ...schema, ...(document.components!.schemas![$ref.split('/').at(-1)!] as FieldSchema) };
}
