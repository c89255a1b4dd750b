/** A field of a resource as the command line gives it. */
export type Field = { name: string; isNullable: boolean } & (
  | { kind: 'string'; min: number; max: number }
  | { kind: 'integer' | 'number'; min?: number; max?: number }
  | { kind: 'boolean' | 'dateTime' }
  | { kind: 'enum'; values: string[] }
  /** Another resource, or a list of them, by its singular name. */
  | { kind: 'reference'; of: string; isList: boolean }
);

const FIELD = /^([a-z][A-Za-z\d]*):([a-zA-Z-]+)(?:\(([^)]*)\))?(\[\])?(\?)?$/;
const RANGE = /^(-?\d+)?(?:\.\.(-?\d+)?)?$/;
const CHOICES = /^[a-z][a-z\d-]*(\|[a-z][a-z\d-]*)*$/;

/** Fields that every resource has. */
const RESERVED = new Set(['id', 'createdAt', 'updatedAt']);

const DEFAULT_LENGTH = 200;

/**
 * Reads fields such as `name:string(1..100), isPublic:boolean, owner:user, books:book[], note:string(500)?`.
 * @throws {Error} that names the first field which is wrong
 */
export function readFields(text: string): Field[] {
  const fields = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(readField);
  const names = fields.map(propertyOf);
  for (const [index, name] of names.entries()) {
    if (RESERVED.has(name)) throw new Error(`Every resource has a field "${name}"`);
    if (names.indexOf(name) !== index) throw new Error(`Field "${name}" is given twice`);
  }
  if (fields.length === 0) throw new Error('A resource has at least one field');
  return fields;
}

/** Name of the property: `ownerId` of `owner:user`, `bookIds` of `books:book[]`. */
export function propertyOf(field: Field): string {
  if (field.kind !== 'reference') return field.name;
  if (!field.isList) return `${field.name}Id`;
  const { of } = field;
  return `${of.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Ids`;
}

function readField(text: string): Field {
  const [, name, type, details, list, nullable] = FIELD.exec(text) ?? [];
  if (!name || !type) throw new Error(`Field "${text}" is not of the form name:type(details)?`);
  const isNullable = nullable !== undefined;
  const field = { name, isNullable };
  const refuse = (reason: string) => new Error(`Field "${text}": ${reason}`);
  if (['string', 'integer', 'number', 'boolean', 'dateTime', 'enum'].includes(type) && list)
    throw refuse('only references can be lists');
  switch (type) {
    case 'string': {
      const { min, max } = readRange(details, refuse);
      return { ...field, kind: type, min: min ?? 1, max: max ?? DEFAULT_LENGTH };
    }
    case 'integer':
    case 'number':
      return { ...field, kind: type, ...readRange(details, refuse) };
    case 'boolean':
    case 'dateTime':
      if (details !== undefined) throw refuse(`${type} takes no details`);
      return { ...field, kind: type };
    case 'enum': {
      if (!CHOICES.test(details ?? '')) throw refuse('an enum needs its values, as in enum(small|large)');
      return { ...field, kind: type, values: details!.split('|') };
    }
    default:
      if (details !== undefined) throw refuse(`"${type}" is no type with details`);
      if (list && isNullable) throw refuse('a list is empty rather than null');
      return { ...field, kind: 'reference', of: type, isList: list !== undefined };
  }
}

/** `100` is a maximum, `1..100` both bounds. */
function readRange(
  details: string | undefined,
  refuse: (reason: string) => Error,
): { min?: number; max?: number } {
  if (details === undefined) return {};
  const [found, first, second] = RANGE.exec(details.replaceAll(' ', '')) ?? [];
  if (!found) throw refuse(`"${details}" is no range such as 1..100`);
  const [min, max] = details.includes('..') ? [first, second] : [undefined, first];
  const range = {
    ...(min !== undefined && { min: Number(min) }),
    ...(max !== undefined && { max: Number(max) }),
  };
  if ((range.min ?? -Infinity) > (range.max ?? Infinity)) throw refuse('the minimum exceeds the maximum');
  return range;
}
