import type { FieldError } from '@gatehouse/http';

const MAX_ERRORS = 100;
const MAX_PATH = 200;

/** Adds the names that nobody has declared. */
export function reportAllUnknown(errors: FieldError[], names: readonly string[]): void {
  for (let i = 0; i < names.length && !isFull(errors); i++) reportUnknown(errors, names[i]!);
}

/** Adds an error. A list is bounded, so that the answer cannot be made much larger than the request. */
export function report(errors: FieldError[], path: string, code: string, message: string): void {
  if (errors.length < MAX_ERRORS) errors.push({ path, code, message });
}

/** Whether further errors are no longer kept, so that their number says nothing about what comes next. */
export function isFull(errors: readonly FieldError[]): boolean {
  return errors.length >= MAX_ERRORS;
}

export function reportUnknown(errors: FieldError[], path: string): void {
  const name = path.length > MAX_PATH ? `${path.slice(0, MAX_PATH)}…` : path;
  report(errors, name, 'unknown', `${name} is not a known field`);
}
