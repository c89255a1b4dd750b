import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

/** What the text of a query, path or form field is read as. */
export type Kind = 'text' | 'number' | 'boolean' | 'date';

const kindOfRule = new Map<string, Kind>([
  ...['isInt', 'isNumber', 'min', 'max', 'isPositive', 'isNegative', 'isDivisibleBy'].map(
    (name) => [name, 'number'] as const,
  ),
  ['isBoolean', 'boolean'],
  ...['isDate', 'minDate', 'maxDate'].map((name) => [name, 'date'] as const),
]);

const kindOfType = new Map<unknown, Kind>([
  [Number, 'number'],
  [Boolean, 'boolean'],
  [Date, 'date'],
  [String, 'text'],
]);

/**
 * The kind of a property. Its rules say it best, since the emitted type of `number | null` or of an array's items is
 * not there at run time; then the type that `@Type` or the compiler names.
 */
export function kindOf(rules: readonly ValidationMetadata[], ...types: unknown[]): Kind {
  for (const { name, constraints } of rules) {
    const kind = kindOfRule.get(name ?? '') ?? kindOfValues(name, constraints);
    if (kind) return kind;
  }
  for (const type of types) {
    const kind = kindOfType.get(type);
    if (kind) return kind;
  }
  return 'text';
}

function kindOfValues(name: string | undefined, constraints: unknown[] | undefined): Kind | undefined {
  const values = name === 'isIn' ? constraints?.[0] : name === 'isEnum' ? constraints?.[1] : undefined;
  if (!Array.isArray(values) || values.length === 0) return undefined;
  return values.every((value) => typeof value === 'number') ? 'number' : undefined;
}
