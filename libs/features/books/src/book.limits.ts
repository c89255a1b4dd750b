/** The limits of a book's fields, for DTOs, CHECK constraints and the import. Lengths are in code points. */
export const bookLimits = {
  title: 200,
  author: 200,
  description: 4000,
  rating: 5,
  category: 100,
  /** A BCP 47 tag seldom has more than 11; RFC 5646, section 4.4.1, asks for room for 35. */
  language: 35,
  coverUrl: 2000,
  sourceId: 200,
  firstYear: -9999,
  lastYear: 9999,
} as const;

/**
 * An ISBN as it is stored: digits only, `X` allowed as the last of an ISBN-10. The check digit is not verified:
 * 23 of the 10,000 books of goodbooks-10k are printed with a wrong one, and they are still found by it.
 */
export const STORED_ISBN = /^(\d{9}[\dX]|\d{13})$/;
