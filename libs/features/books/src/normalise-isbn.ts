/** Drops what ISBNs are grouped with in print (white space, hyphens and dashes), and makes a final `x` a capital. */
export function normaliseIsbn(text: string): string {
  return text.replace(/[\s\-\u2010-\u2015]/g, '').toUpperCase();
}
