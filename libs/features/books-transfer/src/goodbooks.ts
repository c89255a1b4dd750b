import type { Column, Columns } from './column.js';

/**
 * The columns of the data set goodbooks-10k (`books.csv` of github.com/zygmuntz/goodbooks-10k). Those that are read over
 * are other ids, counts, the title without its series, and ISBN-13 that a spreadsheet has rounded.
 */
export const goodbooksColumns: Columns = new Map<string, Column | null>([
  ['book_id', { field: 'sourceId', read: (cell) => (cell === '' ? '' : `goodbooks:${cell}`) }],
  ['isbn', { field: 'isbn', read: withLeadingZeros }],
  ['authors', { field: 'author' }],
  ['original_publication_year', { field: 'publishedYear', read: (cell) => cell.replace(/\.0$/, '') }],
  ['title', { field: 'title' }],
  ['language_code', { field: 'language' }],
  ['average_rating', { field: 'rating', read: toOneDecimal }],
  ['image_url', { field: 'coverUrl' }],
  ...['goodreads_book_id', 'best_book_id', 'work_id', 'books_count', 'isbn13', 'original_title'].map(
    readOver,
  ),
  ...['ratings_count', 'work_ratings_count', 'work_text_reviews_count', 'small_image_url'].map(readOver),
  ...['ratings_1', 'ratings_2', 'ratings_3', 'ratings_4', 'ratings_5'].map(readOver),
]);

/** Whether a file is of that data set: these names are in no file of ours. */
export function isGoodbooks(header: readonly string[]): boolean {
  return header.includes('book_id') && header.includes('authors');
}

/** ISBN-10 that lost their leading zeros to a spreadsheet. */
function withLeadingZeros(cell: string): string {
  return cell === '' ? '' : cell.padStart(10, '0');
}

/** Half up. The exponent makes 43.5 of 4.35, where a multiplication makes 43.49999999999999. */
function toOneDecimal(cell: string): string {
  return /^\d\.\d+$/.test(cell) ? String(Math.round(Number(`${cell}e1`)) / 10) : cell;
}

function readOver(name: string): [string, null] {
  return [name, null];
}
