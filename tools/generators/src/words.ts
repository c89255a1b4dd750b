/** Returns the singular of a regular English plural in kebab-case, e.g. `shelf` for `shelves`. */
export function singularOf(plural: string): string {
  if (/(ss|us|is)$/.test(plural)) return plural;
  return plural
    .replace(/(l|ar|ea|oa)ves$/, '$1f')
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|ss|x|z)es$/, '$1')
    .replace(/s$/, '');
}

/** Returns the regular plural of an English word in kebab-case. */
export function pluralOf(singular: string): string {
  if (/[^aeiou]y$/.test(singular)) return singular.replace(/y$/, 'ies');
  if (/(l|ar|ea|oa)f$/.test(singular)) return singular.replace(/f$/, 'ves');
  return /(ch|sh|s|x|z)$/.test(singular) ? `${singular}es` : `${singular}s`;
}

/** `shelfId` of `shelf-id`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `ShelfId` of `shelf-id` or `shelfId`. */
export function pascalCase(name: string): string {
  const camel = camelCase(name);
  return camel[0]!.toUpperCase() + camel.slice(1);
}

/** `shelf_id` of `shelf-id` or `shelfId`. */
export function snakeCase(name: string): string {
  return name
    .replaceAll('-', '_')
    .replace(/([a-z\d])([A-Z])/g, (_, end: string, start: string) => `${end}_${start}`.toLowerCase());
}

/** `shelf id` of `shelf-id` or `shelfId`. */
export function wordsOf(name: string): string {
  return snakeCase(name).replaceAll('_', ' ');
}

/** `Shelf id` of `shelf-id` or `shelfId`. */
export function titleOf(name: string): string {
  const words = wordsOf(name);
  return words[0]!.toUpperCase() + words.slice(1);
}
