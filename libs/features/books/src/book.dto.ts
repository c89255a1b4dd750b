import { IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import type { FieldError } from '@gatehouse/http';
import { ListQuery, SortField } from '@gatehouse/listing';
import { DateTimeField, IntegerField, NumberField, PatchType, StringField } from '@gatehouse/validation';
import { bookLimits as limits } from './book.entity.js';
import { listingOfFound } from './books.listing.js';

/** As it is stored: digits only, `X` allowed as the last of an ISBN-10. The check digit is not verified. */
const STORED_ISBN = /^(\d{9}[\dX]|\d{13})$/;

/** Drops what ISBNs are grouped with in print (white space, hyphens and dashes), and makes a final `x` a capital. */
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

/** The whole of a book that clients write: a field that is left out would be lost unnoticed, so none may be. */
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
    description: 'ISBN-10 or ISBN-13. Hyphens and spaces are dropped; the check digit is not verified.',
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
    description: 'Year of the first edition; years before Christ are negative.',
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

/** The fields that may be null may be left out as well. */
export class CreateBookDto extends IntersectionType(
  PickType(ReplaceBookDto, required),
  PatchType(OmitType(ReplaceBookDto, required)),
) {}

/** What is to change; `null` clears an optional field. */
export class UpdateBookDto extends PatchType(ReplaceBookDto) {}

export class BookDto extends IntersectionType(BookParams, ReplaceBookDto) {
  @IntegerField({ min: 1, description: 'One more at each change; the number in the ETag.', example: 1 })
  version: number;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  updatedAt: Date;
}

const year = { min: limits.firstYear, max: limits.lastYear, optional: true };

/** The listing of one author's books. Texts are compared without regard to case, accents and width. */
export class ListBooksOfAuthorQuery extends ListQuery {
  @SortField(
    { ...listingOfFound, defaultSort: 'id' },
    '`relevance`, the best first, needs `q`, and is its default.',
  )
  override sort?: string;

  @StringField({
    max: 200,
    trim: true,
    optional: true,
    description: 'Words of title and author. All must be there; each may be the beginning of a longer one.',
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

  override complete(): FieldError[] {
    const errors = super.complete();
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
    description: 'An author by the full name; several, separated by a comma and a space, must all be.',
    example: 'George Eliot',
  })
  author?: string;
}
