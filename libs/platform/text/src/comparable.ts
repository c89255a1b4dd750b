/**
 * The form in which names are compared that must be unique: two texts that a reader takes for the same have the same
 * one, whatever their Unicode form, width or case. Independent of the locale of process and database.
 *
 * @returns NFKC, with the case folded: through the upper case, so that `ß` is `ss` and a final sigma is a sigma, and
 * before that through the lower case, so that `ẞ` is `ß`
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
