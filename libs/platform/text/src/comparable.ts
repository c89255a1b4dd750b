/**
 * Returns the form in which unique names are compared: two texts that look the same to a reader have the same form,
 * whatever their Unicode form, width, case or invisible characters. Independent of the locale of process and database.
 * @returns NFKC without the characters that are invisible by default, with the case folded: through lower case, so
 * that `ẞ` becomes `ß`, then through upper case, so that `ß` becomes `ss` and a final sigma a sigma
 */
export function comparable(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}+/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
}
