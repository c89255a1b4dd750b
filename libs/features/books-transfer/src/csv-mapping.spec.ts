import { describe, expect, it } from 'vitest';
import { ValidationProblem } from '@gatehouse/http';
import { CsvMapping } from './csv-mapping.js';

const GOODBOOKS = [
  'book_id',
  'isbn',
  'isbn13',
  'authors',
  'original_publication_year',
  'title',
  'average_rating',
];

function errorsOf(header: string[]) {
  try {
    new CsvMapping(header);
  } catch (error) {
    if (error instanceof ValidationProblem) return error.errors;
    throw error;
  }
  return undefined;
}

describe('CsvMapping', () => {
  it('reads the fields by name, in any order, and ignores fields of the stored book', () => {
    const mapping = new CsvMapping([
      'version',
      ' title ',
      'publishedYear',
      'description',
      'sourceId',
      'isbn',
    ]);
    expect(mapping.toFields(['3', 'A', '', '', '', '123'])).toEqual({
      title: 'A',
      publishedYear: null,
      description: '',
      isbn: '123',
    });
  });

  it('names every unknown and every duplicate column', () => {
    expect(errorsOf(['title', 'titel', 'title', '', '__proto__', 'x'.repeat(300)])).toEqual([
      { path: 'titel', code: 'unknown', message: '"titel" is not a known column' },
      { path: 'title', code: 'duplicate', message: 'The column "title" is there twice' },
      { path: '', code: 'unknown', message: '"" is not a known column' },
      { path: '__proto__', code: 'unknown', message: '"__proto__" is not a known column' },
      expect.objectContaining({ path: `${'x'.repeat(100)}…` }),
    ]);
    expect(errorsOf([...GOODBOOKS, 'author'])).toHaveLength(1);
  });

  it('refuses a header of more columns than any file of books has', () => {
    expect(errorsOf(Array.from({ length: 12_000 }, (_, i) => `c${i}`))).toEqual([
      { path: 'header', code: 'maxColumns', message: 'The header has 12000 columns; at most 100 are read' },
    ]);
  });

  it('ignores the trailing blank columns that spreadsheets write', () => {
    const mapping = new CsvMapping(['title', 'rating', '', ' ', ...Array<string>(12_000).fill('')]);
    expect(mapping.width).toBe(2);
    expect(['A,4', 'A,4,', 'A,4,, ,', 'A,4,x', 'A'].map((row) => mapping.fits(row.split(',')))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(mapping.toFields(['A', '4', '', ' '])).toEqual({ title: 'A', rating: '4' });
    expect(errorsOf(['title', '', 'rating', ''])).toHaveLength(1);
  });

  it('reads numbers with blanks around them, and blank cells as empty ones', () => {
    const mapping = new CsvMapping(['title', 'rating', 'publishedYear', 'category', 'coverUrl']);
    expect(mapping.toFields(['A', ' 4.5', '1871\u00a0', ' ', '  '])).toEqual({
      title: 'A',
      rating: '4.5',
      publishedYear: '1871',
      category: null,
      coverUrl: null,
    });
    const cells = ['17', ' 439023483 ', '', 'A', ' 2008.0', 'T', '4.34 '];
    expect(new CsvMapping(GOODBOOKS).toFields(cells)).toMatchObject({
      isbn: '0439023483',
      publishedYear: '2008',
      rating: '4.3',
    });
  });

  it.each([
    ['439023483', '2008.0', '4.34', { isbn: '0439023483', publishedYear: '2008', rating: '4.3' }],
    ['7491433', '-750.0', '4.35', { isbn: '0007491433', publishedYear: '-750', rating: '4.4' }],
    ['', '', '4', { isbn: null, publishedYear: null, rating: '4' }],
    ['80442957X', '1970', 'n/a', { isbn: '080442957X', publishedYear: '1970', rating: 'n/a' }],
  ])('understands goodbooks-10k: %s, %s, %s', (isbn, year, rating, expected) => {
    const cells = ['17', isbn, '9.78043902348e+12', 'A, B', year, 'T', rating];
    expect(new CsvMapping(GOODBOOKS).toFields(cells)).toEqual({
      sourceId: 'goodbooks:17',
      author: 'A, B',
      title: 'T',
      ...expected,
    });
  });
});
