import { bookLimits, UpdateBookDto } from '@gatehouse/books';
import { StringField } from '@gatehouse/validation';

/** A record of an import: the fields of a book, of which it may lack any, and its id where it comes from. */
export class ImportBookDto extends UpdateBookDto {
  @StringField({
    min: 1,
    max: bookLimits.sourceId,
    canonical: (text) => text.normalize('NFC'),
    optional: true,
  })
  sourceId?: string;
}
