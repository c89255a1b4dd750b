/** The parts of a JSON schema that this file reads. */
export type Schema = Record<string, unknown>;

/** Location of the component schemas that others extend with `allOf`. */
const OPEN = 'open';
const NESTED_MAPS = ['properties', 'patternProperties', '$defs'];
const NESTED_LISTS = ['oneOf', 'anyOf', 'prefixItems'];
const NESTED = ['items', 'not', 'contains'];

/**
 * Closes every object in the component schemas of an OpenAPI document: undeclared properties become errors. The parts
 * of `allOf` are closed together (`unevaluatedProperties`), not separately.
 */
export function sealedComponents(schemas: Record<string, Schema>): Schema {
  return { schemas: mapValues(schemas, seal), [OPEN]: mapValues(schemas, sealNested) };
}

/** Closes every declared object in a schema. */
export function seal(schema: Schema): Schema {
  const sealed = sealNested(schema);
  const declares = 'properties' in schema || 'allOf' in schema;
  const decided = 'additionalProperties' in schema || 'unevaluatedProperties' in schema;
  return declares && !decided ? { ...sealed, unevaluatedProperties: false } : sealed;
}

/** Closes the nested schemas, but not the schema itself. */
function sealNested(schema: Schema): Schema {
  const copy: Schema = { ...schema };
  for (const key of NESTED) if (isSchema(copy[key])) copy[key] = seal(copy[key]);
  for (const key of NESTED_MAPS)
    if (isSchema(copy[key])) copy[key] = mapValues(copy[key] as Record<string, Schema>, seal);
  for (const key of NESTED_LISTS) if (Array.isArray(copy[key])) copy[key] = (copy[key] as Schema[]).map(seal);
  if (Array.isArray(copy['allOf'])) copy['allOf'] = (copy['allOf'] as Schema[]).map(openPart);
  if (isSchema(copy['additionalProperties']))
    copy['additionalProperties'] = seal(copy['additionalProperties']);
  return copy;
}

function openPart(schema: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return sealNested(schema);
  return { ...sealNested(schema), $ref: $ref.replace('#/components/schemas/', `#/components/${OPEN}/`) };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues(record: Record<string, Schema>, map: (schema: Schema) => Schema): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(record).map(([name, schema]) => [name, isSchema(schema) ? map(schema) : schema]),
  );
}
