import { bookFields } from './book.fields.js';

export class BookDto {
  @bookFields.id()
  id: number;

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

  @bookFields.version()
  version: number;

  @bookFields.time()
  createdAt: Date;

  @bookFields.time()
  updatedAt: Date;
}
