import { Problem, type ProblemOptions } from '@gatehouse/http';
import { isSecretName } from '@gatehouse/text';
import type { Fields } from './action-call.js';

/** Longer texts are not repeated. */
const MAX_SHOWN = 100;

/** A field of an action is invalid, or names nothing. */
export class InvalidFieldProblem extends Problem {
  constructor(detail: string, options?: ProblemOptions) {
    super('invalid-field', detail, options);
  }
}

/**
 * "id is Invalid", or "id is Invalid: -1" when the object has the field.
 * @param path dotted path, e.g. `tags.0`
 */
export function invalid(path: string, fields: Fields): string {
  const names = path.split('.');
  const value = names.reduce<unknown>(ownValue, fields);
  const isShown = isShort(value) && !names.some(isSecretName);
  return isShown ? `${path} is Invalid: ${String(value)}` : `${path} is Invalid`;
}

function ownValue(at: unknown, name: string): unknown {
  return typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Fields)[name] : undefined;
}

function isShort(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_SHOWN;
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}
