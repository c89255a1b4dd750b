import { bookLimits, UpdateBookDto } from '@gatehouse/books';
import { StringField } from '@gatehouse/validation';

/** A record of an import: any subset of the fields of a book, and its id in the source. */
export class ImportBookDto extends UpdateBookDto {
  @StringField({
    min: 1,
    max: bookLimits.sourceId,
    canonical: (text) => text.normalize('NFC'),
    optional: true,
  })
  sourceId?: string;
}
