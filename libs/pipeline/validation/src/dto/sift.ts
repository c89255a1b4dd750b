import { ValidationError, ValidationTypes } from 'class-validator';
import { MAX_ERRORS } from './field-errors.js';

/** Maximum nesting depth of a field: the libraries walk values recursively, and overflow at some depth. */
const MAX_DEPTH = 32;
/** Maximum number of objects and keys in all fields together: the libraries take some 10 µs for each. */
const MAX_VALUES = 10_000;
/** Inherited by every object. class-transformer silently skips fields of these names. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** An error that applies to a value of any type: its code and the end of its message. */
type Flaw = readonly [code: string, message: string];

const UNKNOWN: Flaw = [ValidationTypes.WHITELIST, 'is not a known field'];
const MALFORMED_TEXT: Flaw = ['isWellFormed', 'must not contain NUL characters or unpaired surrogates'];
const TOO_DEEP: Flaw = ['maxDepth', `must not be nested deeper than ${MAX_DEPTH} levels`];
const TOO_LARGE: Flaw = ['maxValues', `must not hold more than ${MAX_VALUES} values`];

/**
 * Removes from an input what PostgreSQL cannot store, and what would overflow the stack, block the process or pollute
 * prototypes, in linear time.
 * @param names fields that the DTO declares
 * @returns the remaining input, and the errors of the removed fields; of unknown fields, as many as are reported
 */
export function sift(
  input: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): { rest: Record<string, unknown>; refused: ValidationError[] } {
  const rest: Record<string, unknown> = {};
  const refused: ValidationError[] = [];
  const budget = { values: MAX_VALUES };
  let unknown = 0;
  for (const name of Object.keys(input)) {
    const isKnown = names.has(name);
    if (!isKnown && ++unknown > MAX_ERRORS + 1) continue;
    const isTooMany = !isKnown && (unknown > MAX_ERRORS || names.size === 0);
    const flaw = isTooMany || INHERITED.has(name) ? UNKNOWN : findFlaw(input[name], budget);
    if (flaw) refused.push(errorOf(name, isKnown ? flaw : UNKNOWN));
    else rest[name] = input[name];
  }
  return { rest, refused };
}

/** Whether a value is a plain object, neither an array nor `null`. */
export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function errorOf(property: string, [code, message]: Flaw): ValidationError {
  return Object.assign(new ValidationError(), {
    property,
    constraints: { [code]: `${property} ${message}` },
  });
}

function findFlaw(value: unknown, budget: { values: number }): Flaw | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : MALFORMED_TEXT;
  return typeof value === 'object' && value !== null ? findFlawInside(value, budget) : undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function findFlawInside(root: object, budget: { values: number }): Flaw | undefined {
  let level: object[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) return TOO_DEEP;
    const next: object[] = [];
    for (const parent of level) {
      const isArray = Array.isArray(parent);
      for (const [key, value] of Object.entries(parent)) {
        const isObject = typeof value === 'object' && value !== null;
        if (!isArray && INHERITED.has(key)) return ['unknown', `must not have a "${key}" field`];
        if (!isArray && !isStorable(key)) return MALFORMED_TEXT;
        if (typeof value === 'string' && !isStorable(value)) return MALFORMED_TEXT;
        if ((isObject || !isArray) && --budget.values < 0) return TOO_LARGE;
        if (isObject) next.push(value as object);
      }
    }
    level = next;
  }
  return undefined;
}
