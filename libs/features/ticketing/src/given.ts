/** What an update has to write: the changes without the fields that are absent. `undefined`: nothing. */
export function given<T extends object>(changes: T): T | undefined {
  const entries = Object.entries(changes).filter(([, value]) => value !== undefined);
  return entries.length > 0 ? (Object.fromEntries(entries) as T) : undefined;
}
