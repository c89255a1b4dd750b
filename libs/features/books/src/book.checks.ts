import { bookLimits as limits } from './book.limits.js';

/** The CHECK constraints of the table `books`, by property. */
export const bookChecks = {
  title: `title = btrim(title) AND char_length(title) BETWEEN 1 AND ${limits.title}`,
  author: `author = btrim(author) AND char_length(author) BETWEEN 1 AND ${limits.author}`,
  description: `char_length(description) <= ${limits.description}`,
  rating: `rating BETWEEN 0 AND ${limits.rating}`,
  category: `category = btrim(category) AND char_length(category) BETWEEN 1 AND ${limits.category}`,
  isbn: `isbn ~ '^([0-9]{9}[0-9X]|[0-9]{13})$'`,
  language: `language = btrim(language) AND char_length(language) BETWEEN 1 AND ${limits.language}`,
  publishedYear: `published_year BETWEEN ${limits.firstYear} AND ${limits.lastYear}`,
  coverUrl: `cover_url ~* '^https?://' AND char_length(cover_url) <= ${limits.coverUrl}`,
  sourceId: `char_length(source_id) BETWEEN 1 AND ${limits.sourceId}`,
  version: 'version >= 1',
} as const;
