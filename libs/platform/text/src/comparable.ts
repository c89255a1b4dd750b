/**
 * Returns the form in which unique names are compared: two texts that look the same to a reader have the same form,
 * whatever their Unicode form, width or case. Independent of the locale of process and database.
 * @returns NFKC with the case folded: through lower case, so that `ẞ` becomes `ß`, then through upper case, so that `ß`
 * becomes `ss` and a final sigma a sigma
 */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
}
