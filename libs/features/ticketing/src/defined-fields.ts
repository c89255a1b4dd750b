/** Returns the changes without absent fields; `undefined` when nothing is left to write. */
export function definedFields<T extends object>(changes: T): T | undefined {
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as T) : undefined;
}
