const known = new WeakMap<object, string>();

/**
 * Returns the same text for two validated queries exactly when they are equivalent: names sorted, defaults filled in,
 * absent fields left out. The result is remembered per instance, so pass only immutable ones.
 */
export function canonicalQuery(query: object): string {
  let text = known.get(query);
  if (text === undefined) {
    text = canonical(query);
    known.set(query, text);
  }
  return text;
}

function canonical(value: unknown): string {
  if (value instanceof Date || typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join()}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join()}}`;
}
