import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import type { FieldError } from '@gatehouse/http';
import { ListQuery, SortField } from '@gatehouse/listing';
import { DateTimeField, IntegerField, NumberField, PatchType, StringField } from '@gatehouse/validation';
import { bookLimits as limits } from './book.entity.js';
import { listingOfFound } from './books.listing.js';

/** The stored form: digits only, with an optional final `X` of an ISBN-10. The check digit is not verified. */
const STORED_ISBN = /^(\d{9}[\dX]|\d{13})$/;

/** Removes separators (white space, hyphens and dashes), and capitalises a final `x`. */
function normaliseIsbn(text: string): string {
  return text.replace(/[\s\-\u2010-\u2015]/g, '').toUpperCase();
}

export class BookParams {
  @IntegerField({ min: 1, description: 'Id of the book', example: 17 })
  id: number;
}

export class AuthorParams {
  @StringField({
    min: 1,
    max: limits.author,
    trim: true,
    description: 'Name of the author',
    example: 'George Eliot',
  })
  author: string;
}

/** All writable fields of a book. Each is required, since a missing field would be lost silently. */
export class ReplaceBookDto {
  @StringField({ min: 1, max: limits.title, trim: true, example: 'Middlemarch' })
  title: string;

  @StringField({
    min: 1,
    max: limits.author,
    trim: true,
    description: 'One author, or several separated by a comma and a space.',
    example: 'George Eliot',
  })
  author: string;

  @StringField({ max: limits.description, example: 'Life in an English town around 1830.' })
  description: string;

  @NumberField({ min: 0, max: limits.rating, decimals: 1, example: 4.5 })
  rating: number;

  @StringField({ min: 1, max: limits.category, trim: true, nullable: true, example: 'Novel' })
  category: string | null;

  @StringField({
    pattern: STORED_ISBN,
    patternMessage: 'isbn must be 10 or 13 digits; the last of 10 may be X',
    canonical: normaliseIsbn,
    nullable: true,
    description: 'ISBN-10 or ISBN-13. Hyphens and spaces are removed; the check digit is not verified.',
    example: '9780141439549',
  })
  isbn: string | null;

  @StringField({
    min: 1,
    max: limits.language,
    trim: true,
    nullable: true,
    description: 'ISO 639-2 code or BCP 47 tag.',
    example: 'eng',
  })
  language: string | null;

  @IntegerField({
    min: limits.firstYear,
    max: limits.lastYear,
    nullable: true,
    description: 'Year of the first edition; years BC are negative.',
    example: 1871,
  })
  publishedYear: number | null;

  @StringField({
    format: 'uri',
    max: limits.coverUrl,
    nullable: true,
    example: 'https://covers.example.com/middlemarch.jpg',
  })
  coverUrl: string | null;
}

const required = ['title', 'author', 'description', 'rating'] as const;

/** Nullable fields may also be absent. */
export class CreateBookDto extends IntersectionType(
  PickType(ReplaceBookDto, required),
  PatchType(OmitType(ReplaceBookDto, required)),
) {}

/** Fields to change; `null` clears an optional field. */
export class UpdateBookDto extends PatchType(ReplaceBookDto) {}

export class BookDto extends IntersectionType(BookParams, ReplaceBookDto) {
  @IntegerField({ min: 1, description: 'Incremented by each change; the number in the ETag.', example: 1 })
  version: number;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  updatedAt: Date;
}

const year = { min: limits.firstYear, max: limits.lastYear, optional: true };

/** The listing of an author's books. Texts are compared regardless of case, accents and width. */
export class ListBooksOfAuthorQuery extends ListQuery {
  @SortField(
    { ...listingOfFound, defaultSort: 'id' },
    '`relevance`, the best first, requires `q`, and is its default.',
  )
  override sort?: string;

  @StringField({
    max: 200,
    trim: true,
    optional: true,
    description: 'Words of title and author. All must occur; each may be the beginning of a longer word.',
    example: 'eliot middle',
  })
  q?: string;

  @StringField({
    min: 1,
    max: limits.category,
    trim: true,
    optional: true,
    description: 'Only books of this category.',
    example: 'Novel',
  })
  category?: string;

  @StringField({
    min: 1,
    max: limits.language,
    trim: true,
    optional: true,
    description: 'Only books in this language, by its code.',
    example: 'eng',
  })
  language?: string;

  @NumberField({ min: 0, max: limits.rating, optional: true, description: 'Lowest rating.', example: 4 })
  minRating?: number;

  @IntegerField({ ...year, description: 'First year of publication.', example: 1800 })
  publishedFrom?: number;

  @IntegerField({ ...year, description: 'Last year of publication.', example: 1899 })
  publishedTo?: number;

  override validateTogether(): FieldError[] {
    const errors = super.validateTogether();
    if (this.q === '') delete this.q;
    const { publishedFrom = -Infinity, publishedTo = Infinity } = this;
    if (publishedFrom <= publishedTo) return errors;
    return [
      ...errors,
      { path: 'publishedFrom', code: 'range', message: 'publishedFrom must not be after publishedTo' },
    ];
  }
}

/** The listing of all books. */
export class ListBooksQuery extends ListBooksOfAuthorQuery {
  @StringField({
    min: 1,
    max: limits.author,
    trim: true,
    optional: true,
    description: 'Full name of an author; of several, separated by a comma and a space, all must match.',
    example: 'George Eliot',
  })
  author?: string;
}
