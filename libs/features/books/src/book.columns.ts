import type { ReplaceBookDto } from './dto/replace-book.dto.js';

/** The fields that clients write, and their columns. */
export const writableColumns: Readonly<Record<keyof ReplaceBookDto, string>> = {
  title: 'title',
  author: 'author',
  description: 'description',
  rating: 'rating',
  category: 'category',
  isbn: 'isbn',
  language: 'language',
  publishedYear: 'published_year',
  coverUrl: 'cover_url',
};

/** Selects a row as a `BookDto`. */
export const BOOK_COLUMNS = `
  id, title, author, description, rating::float8 AS rating, category, isbn, language,
  published_year AS "publishedYear", cover_url AS "coverUrl", version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;
