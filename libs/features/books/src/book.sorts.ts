import type { ListingOptions, SortKeys } from '@gatehouse/listing';

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
 * The best first: negated, so that books of the same rank come in the order of their ids. Whole words come before
 * beginnings of longer ones. 2 divides the rank by the length, or "Emma" would come after books that have an Emma twice
 * in a long title. No index has this order: each page ranks all books that are found, at any depth the same.
 */
const relevance = {
  by: `-(CAST(CAST(book.search @@ search_query(:q, '') AS integer) AS real) + ts_rank(book.search, search_query(:q, ':*'), 2))`,
  type: 'real',
};

export const listingOfAll: ListingOptions = { keys, unique, defaultSort: 'id' };

/** Of a search with `q`. */
export const listingOfFound: ListingOptions = {
  keys: { ...keys, relevance },
  unique,
  defaultSort: 'relevance',
};
