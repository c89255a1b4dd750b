import type { Column, Columns } from './book-columns.js';

const IGNORED =
  'goodreads_book_id best_book_id work_id books_count isbn13 original_title small_image_url ratings_count ' +
  'work_ratings_count work_text_reviews_count ratings_1 ratings_2 ratings_3 ratings_4 ratings_5';

/**
 * Columns of the data set goodbooks-10k (`books.csv` of github.com/zygmuntz/goodbooks-10k). The ignored ones are
 * other ids, counts, the title without its series, and ISBN-13 that a spreadsheet has rounded.
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
  ...IGNORED.split(' ').map((name): [string, null] => [name, null]),
]);

/** Whether a file is that data set: our own files have none of these names. */
export function isGoodbooks(header: readonly string[]): boolean {
  return header.includes('book_id') && header.includes('authors');
}

/** Restores the leading zeros of an ISBN-10 that a spreadsheet has removed. */
function withLeadingZeros(cell: string): string {
  return cell === '' ? '' : cell.padStart(10, '0');
}

/** Rounds half up. The exponent turns 4.35 into exactly 43.5, where a multiplication gives 43.49999999999999. */
function toOneDecimal(cell: string): string {
  return /^\d\.\d+$/.test(cell) ? String(Math.round(Number(`${cell}e1`)) / 10) : cell;
}
