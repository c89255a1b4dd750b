/** More words only cost: the index is asked for each. */
const MAX_WORDS = 16;

/**
 * Reads what people type into a search box: `to_tsquery` text in which every word must be found, if only as the
 * beginning of one. Anything that is no letter or digit parts words, as in the trigger that fills the column, so there
 * is no syntax to get wrong. Without any word it is a query that finds nothing.
 */
export function toSearchQuery(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const words = plain.split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
  return [...new Set(words)]
    .slice(0, MAX_WORDS)
    .map((word) => `${word}:*`)
    .join(' & ');
}
