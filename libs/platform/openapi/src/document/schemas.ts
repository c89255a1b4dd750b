import type { OpenAPIObject } from '@nestjs/swagger';

type Component = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
export type Schema = Exclude<Component, { $ref: string }>;
export type Schemas = Record<string, Component>;

/** The fields of each shape of a schema: its own, or those of its `oneOf`. */
export function shapesOf(schema: Component, schemas: Schemas): Record<string, Component>[] {
  const { oneOf, properties = {} } = resolveSchema(schema, schemas);
  return oneOf ? oneOf.flatMap((shape) => shapesOf(shape, schemas)) : [properties];
}

/** Builds an example of a schema from the examples of its fields; fields without one are left out. */
export function schemaExample(schema: Component, schemas: Schemas): unknown {
  const { example, default: usual, enum: values, properties, items, oneOf } = resolveSchema(schema, schemas);
  if (example !== undefined) return example;
  if (properties) return Object.fromEntries(fieldExamples(properties, schemas));
  if (items) return [schemaExample(items, schemas)];
  return usual ?? values?.[0] ?? (oneOf ? schemaExample(oneOf[0]!, schemas) : undefined);
}

function fieldExamples(properties: Record<string, Component>, schemas: Schemas): [string, unknown][] {
  return Object.entries(properties)
    .filter(([, field]) => !resolveSchema(field, schemas).readOnly)
    .map(([name, field]) => [name, schemaExample(field, schemas)] as [string, unknown])
    .filter(([, value]) => value !== undefined);
}

/** Resolves a reference, merged with the reference's own keywords. */
export function resolveSchema(schema: Component, schemas: Schemas): Schema {
  const { $ref, allOf = [], ...own } = schema as Schema & { $ref?: string };
  const referred = [...($ref ? [{ $ref }] : []), ...allOf].map((part) =>
    '$ref' in part ? resolveSchema(schemas[part.$ref.split('/').at(-1)!]!, schemas) : part,
  );
  return Object.assign({}, ...referred, own) as Schema;
}

/**
 * Prepares the schemas for clients and generators: body schemas allow no additional fields, since the gate refuses
 * them, and nullable values use `oneOf`.
 */
export function finished(schemas: Schemas, bodies: readonly unknown[]): Schemas {
  const closed = new Set(namesIn(bodies));
  for (const name of closed) for (const nested of namesIn(schemas[name])) closed.add(nested);
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const isClosed = closed.has(name) && 'properties' in schema;
      return [name, nullableAsOneOf(isClosed ? { ...schema, additionalProperties: false } : schema)];
    }),
  );
}

function namesIn(part: unknown): string[] {
  const references = (JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...references].map(([, name]) => name!);
}

/**
 * Describes a nullable enum or reference as one of two schemas, since an `enum` that contains `null` breaks
 * generators.
 */
function nullableAsOneOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(nullableAsOneOf) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, nullableAsOneOf(part)]));
  const { anyOf, enum: values, type, ...rest } = copy;
  if (Array.isArray(anyOf)) return { ...rest, oneOf: anyOf } as T;
  if (!Array.isArray(values) || !values.includes(null)) return copy as T;
  const some = values.filter((each) => each !== null);
  return { ...rest, oneOf: [{ type: withoutNull(type), enum: some }, { type: 'null' }] } as T;
}

function withoutNull(type: unknown): unknown {
  return Array.isArray(type) ? type.find((each) => each !== 'null') : type;
}
