import type { FieldError } from '@gatehouse/http';
import { ListQuery, SortField } from '@gatehouse/listing';
import { IntegerField, NumberField, StringField } from '@gatehouse/validation';
import { bookLimits as limits } from '../book.limits.js';
import { listingOfFound } from '../book.sorts.js';

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
