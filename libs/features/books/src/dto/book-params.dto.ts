import { StringField } from '@gatehouse/validation';
import { bookLimits } from '../book.limits.js';
import { bookFields } from './book.fields.js';

export class BookParams {
  @bookFields.id()
  id: number;
}

export class AuthorParams {
  @StringField({
    min: 1,
    max: bookLimits.author,
    trim: true,
    description: 'Name of the author',
    example: 'George Eliot',
  })
  author: string;
}
