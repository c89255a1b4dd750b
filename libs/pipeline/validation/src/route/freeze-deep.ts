/**
 * Freezes a value and what it holds.
 *
 * @returns whether that makes it immutable, so that it can be shared: a `Date` can be set even when frozen
 */
export function freezeDeep(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Date) return false;
  Object.freeze(value);
  return Object.values(value).map(freezeDeep).every(Boolean);
}
