import { DateTimeField, FieldOptions, IntegerField, NumberField, StringField } from '@gatehouse/validation';
import { bookLimits as limits, STORED_ISBN } from '../book.limits.js';
import { normaliseIsbn } from '../normalise-isbn.js';

type Presence = Pick<FieldOptions, 'optional'>;

/** The fields of a book, each once: the DTOs put them together. */
export const bookFields = {
  id: () => IntegerField({ min: 1, description: 'Id of the book', example: 17 }),

  title: () => StringField({ min: 1, max: limits.title, trim: true, example: 'Middlemarch' }),

  author: () =>
    StringField({
      min: 1,
      max: limits.author,
      trim: true,
      description: 'One author, or several separated by a comma and a space.',
      example: 'George Eliot',
    }),

  description: () =>
    StringField({ max: limits.description, example: 'Life in an English town around 1830.' }),

  rating: () => NumberField({ min: 0, max: limits.rating, decimals: 1, example: 4.5 }),

  category: (presence: Presence = {}) =>
    StringField({ min: 1, max: limits.category, trim: true, nullable: true, example: 'Novel', ...presence }),

  isbn: (presence: Presence = {}) =>
    StringField({
      pattern: STORED_ISBN,
      patternMessage: 'isbn must be 10 or 13 digits; the last of 10 may be X',
      canonical: normaliseIsbn,
      nullable: true,
      description: 'ISBN-10 or ISBN-13. Hyphens and spaces are dropped; the check digit is not verified.',
      example: '9780141439549',
      ...presence,
    }),

  language: (presence: Presence = {}) =>
    StringField({
      min: 1,
      max: limits.language,
      trim: true,
      nullable: true,
      description: 'ISO 639-2 code or BCP 47 tag.',
      example: 'eng',
      ...presence,
    }),

  publishedYear: (presence: Presence = {}) =>
    IntegerField({
      min: limits.firstYear,
      max: limits.lastYear,
      nullable: true,
      description: 'Year of the first edition; years before Christ are negative.',
      example: 1871,
      ...presence,
    }),

  coverUrl: (presence: Presence = {}) =>
    StringField({
      format: 'uri',
      max: limits.coverUrl,
      nullable: true,
      example: 'https://covers.example.com/middlemarch.jpg',
      ...presence,
    }),

  version: () =>
    IntegerField({ min: 1, description: 'One more at each change; the number in the ETag.', example: 1 }),

  time: () => DateTimeField({ example: '2026-01-31T12:00:00.000Z' }),
};
