import { bookFields } from './book.fields.js';

/** The whole of a book that clients write: a field that is left out would be lost unnoticed, so none may be. */
export class ReplaceBookDto {
  @bookFields.title()
  title: string;

  @bookFields.author()
  author: string;

  @bookFields.description()
  description: string;

  @bookFields.rating()
  rating: number;

  @bookFields.category()
  category: string | null;

  @bookFields.isbn()
  isbn: string | null;

  @bookFields.language()
  language: string | null;

  @bookFields.publishedYear()
  publishedYear: number | null;

  @bookFields.coverUrl()
  coverUrl: string | null;
}
