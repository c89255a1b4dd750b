import fc from 'fast-check';

/** The parts of a JSON schema from which values are generated. */
export interface Schema {
  $ref?: string;
  title?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  pattern?: string;
  example?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  readOnly?: boolean;
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** Placeholder for the id, ETag or cursor of an existing resource, chosen when the request is sent. */
export const EXISTING = '00000000-0000-4000-8000-000000000000';

type Schemas = Record<string, Schema>;

const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  '\ud800',
  'ﷺ'.repeat(200),
  'İıſK',
  '👩‍👩‍👧',
  '\u202e',
  "' OR 1=1 --",
  '%',
  '\\',
  '../../etc/passwd',
  '__proto__',
  '<script>',
  '{{7*7}}',
  ':*',
  '&|!()',
  'a'.repeat(5000),
  '9999-12-31T23:59:59-12:00',
  '0000-00-00T00:00:00Z',
  'https://example.com/ü{a}%zz"\\',
  '99999999999999999999',
  '1e999',
  'null',
];

/** Values that no schema expects. */
const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...HOSTILE_TEXTS),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], -0, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 0.1),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Invalid values of a schema, most of them almost valid. */
export function faultyOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 2, arbitrary: nearlyOf(schema, schemas) }, { weight: 1, arbitrary: HOSTILE });
}

/** An object with one wrong, missing or additional field; for other types a value just outside the bounds. */
function nearlyOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { properties, minimum, maximum, maxLength, enum: values } = resolve(schema, schemas);
  if (!properties) {
    const beside: unknown[] = ['', String(values?.[0] ?? '').toUpperCase()];
    if (minimum !== undefined) beside.push(minimum - 1, minimum + 0.5);
    if (maximum !== undefined) beside.push(maximum + 1);
    if (maxLength !== undefined && maxLength < 10_000) beside.push('x'.repeat(maxLength + 1));
    return fc.constantFrom(...beside);
  }
  const names = Object.keys(properties);
  return fc
    .tuple(
      validOf(schema, schemas),
      fc.constantFrom(...names, 'stray', '__proto__'),
      fc.option(HOSTILE, { nil: undefined }),
    )
    .map(([object, name, value]) =>
      Object.fromEntries([
        ...Object.entries(object as object).filter(([key]) => key !== name),
        ...(value === undefined ? [] : [[name, value]]),
      ]),
    );
}

/** Valid values of a schema, often its example. */
export function validOf(schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const found = resolve(schema, schemas);
  const { type, enum: values, oneOf, properties, example, required = [] } = found;
  if (values) return fc.constantFrom(...values);
  if (oneOf) return fc.oneof(...oneOf.map((each) => validOf(each, schemas)));
  if (properties) {
    const fields = Object.entries(properties).filter(([, field]) => !resolve(field, schemas).readOnly);
    const arbitraries = Object.fromEntries(fields.map(([name, field]) => [name, validOf(field, schemas)]));
    return fc.record(arbitraries, { requiredKeys: required.filter((name) => name in arbitraries) });
  }
  const types = [type ?? 'object'].flat();
  const plain = types.filter((each) => each !== 'null').map((each) => valueOf(each, found, schemas));
  const all = fc.oneof(...plain, ...(types.includes('null') ? [fc.constant(null)] : []));
  return example === undefined || found.format === 'uuid' ? all : fc.oneof(fc.constant(example), all);
}

function valueOf(type: string, schema: Schema, schemas: Schemas): fc.Arbitrary<unknown> {
  const { minimum = -1000, maximum = 1000, items = {}, minItems = 0, maxItems = 3 } = schema;
  if (type === 'integer')
    return fc.integer({ min: Math.max(minimum, -(2 ** 53) + 1), max: Math.min(maximum, 2 ** 53 - 1) });
  if (type === 'number')
    return fc.double({ min: minimum, max: maximum, noNaN: true }).map((value) => Math.round(value * 10) / 10);
  if (type === 'boolean') return fc.boolean();
  if (type === 'array')
    return fc.uniqueArray(validOf(items, schemas), { minLength: minItems, maxLength: Math.min(maxItems, 3) });
  if (type === 'object') return fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  return textOf(schema);
}

function textOf({ format, pattern, minLength = 0, maxLength = 50 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid')
    return fc.oneof({ weight: 9, arbitrary: fc.constant(EXISTING) }, { weight: 1, arbitrary: fc.uuid() });
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date('0000-01-01'), max: new Date('9999-12-31') })
      .map((date) => date.toISOString());
  // Accepted as an image, too.
  if (format === 'binary') return fc.string().map((text) => `GIF89a ${text}`);
  if (format?.endsWith('email')) return fc.emailAddress();
  if (format === 'uri') return fc.webUrl();
  if (pattern?.includes('(?=')) return fc.nat().map((number) => `Password${number}`);
  if (pattern && !/\\p|\(\?/.test(pattern))
    return fc
      .stringMatching(new RegExp(pattern))
      .filter(({ length }) => length >= minLength && length <= maxLength);
  const usual = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) });
  const strange = HOSTILE_TEXTS.filter(
    (text) =>
      text.length >= minLength && text.length <= maxLength && text.isWellFormed() && !/^\s|\0/.test(text),
  );
  return pattern ? usual : fc.oneof(usual, fc.constantFrom(...strange));
}

/** Resolves a reference, merged with the reference's own keywords. */
export function resolve(schema: Schema, schemas: Schemas): Schema {
  const { $ref = schema.allOf?.[0]?.$ref, ...own } = schema;
  return $ref ? { ...resolve(schemas[$ref.split('/').at(-1)!]!, schemas), ...own } : own;
}
