import type { SelectQueryBuilder } from 'typeorm';
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

/** Each filter has an index, on exactly the expression that is written here. */
const conditions: Record<keyof BookFilters, string> = {
  q: `book.search @@ search_query(:q, ':*')`,
  author: `string_to_array(searchable(book.author), ', ') @> string_to_array(searchable(:author), ', ')`,
  category: 'searchable(book.category) = searchable(:category)',
  language: 'searchable(book.language) = searchable(:language)',
  minRating: 'book.rating >= :minRating',
  publishedFrom: 'book.publishedYear >= :publishedFrom',
  publishedTo: 'book.publishedYear <= :publishedTo',
};

/** Narrows `books`, whose alias is `book`, to those that fit. */
export function applyFilters(books: SelectQueryBuilder<Book>, filters: BookFilters): void {
  for (const name of Object.keys(conditions) as (keyof BookFilters)[]) {
    const value = filters[name];
    if (value !== undefined) books.andWhere(conditions[name], { [name]: value });
  }
}
