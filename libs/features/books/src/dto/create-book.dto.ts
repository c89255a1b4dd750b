import { bookFields } from './book.fields.js';

export class CreateBookDto {
  @bookFields.title()
  title: string;

  @bookFields.author()
  author: string;

  @bookFields.description()
  description: string;

  @bookFields.rating()
  rating: number;

  @bookFields.category({ optional: true })
  category?: string | null;

  @bookFields.isbn({ optional: true })
  isbn?: string | null;

  @bookFields.language({ optional: true })
  language?: string | null;

  @bookFields.publishedYear({ optional: true })
  publishedYear?: number | null;

  @bookFields.coverUrl({ optional: true })
  coverUrl?: string | null;
}
