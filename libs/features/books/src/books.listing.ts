import type { SelectQueryBuilder } from 'typeorm';
import type { ListingOptions, SortKeys } from '@gatehouse/listing';
import type { Book } from './book.entity.js';

export interface BookFilters {
  q?: string;
  author?: string;
  category?: string;
  language?: string;
  minRating?: number;
  publishedFrom?: number;
  publishedTo?: number;
}

/** Each filter has an index on exactly this expression. */
const conditions: Record<keyof BookFilters, string> = {
  q: `book.search @@ search_query(:q, ':*')`,
  author: `string_to_array(searchable(book.author), ', ') @> string_to_array(searchable(:author), ', ')`,
  category: 'searchable(book.category) = searchable(:category)',
  language: 'searchable(book.language) = searchable(:language)',
  minRating: 'book.rating >= :minRating',
  publishedFrom: 'book.publishedYear >= :publishedFrom',
  publishedTo: 'book.publishedYear <= :publishedTo',
};

/** Applies the filters to a query of books with the alias `book`. */
export function applyFilters(books: SelectQueryBuilder<Book>, filters: BookFilters): void {
  for (const name of Object.keys(conditions) as (keyof BookFilters)[]) {
    const value = filters[name];
    if (value !== undefined) books.andWhere(conditions[name], { [name]: value });
  }
}

const unique = { by: 'book.id', type: 'integer' };

const keys: SortKeys = {
  id: unique,
  title: { by: 'book.title', type: 'text' },
  author: { by: 'book.author', type: 'text' },
  rating: { by: 'book.rating', type: 'numeric' },
  publishedYear: { by: 'book.publishedYear', type: 'integer', nullable: true },
  createdAt: { by: 'book.createdAt', type: 'timestamptz' },
};

/**
 * Best match first: negated, so that books with the same rank are ordered by id. Whole words rank above prefixes of
 * longer words. Normalisation 2 divides the rank by the length; otherwise "Emma" would rank below books with Emma
 * twice in a long title. No index has this order: each page ranks all matches, at the same cost at any depth.
 */
const relevance = {
  by: `-(CAST(CAST(book.search @@ search_query(:q, '') AS integer) AS real) + ts_rank(book.search, search_query(:q, ':*'), 2))`,
  type: 'real',
};

export const listingOfAll: ListingOptions = { keys, unique, defaultSort: 'id' };

/** Options of a search with `q`. */
export const listingOfFound: ListingOptions = {
  keys: { ...keys, relevance },
  unique,
  defaultSort: 'relevance',
};
