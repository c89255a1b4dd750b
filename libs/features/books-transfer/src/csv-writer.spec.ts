import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvLine } from './csv-writer.js';

it('writes any text so that csv-parse reads it back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '=', ' ') }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 5 }), { minLength: 1 }), (rows) => {
      const csv = rows.map((row) => csvLine(row)).join('');
      expect(parse(csv, { record_delimiter: '\r\n', relax_column_count: true })).toEqual(rows);
    }),
  );
});

it('writes numbers, times and null', () => {
  expect(csvLine([1, -2.5, new Date(0), null, ''])).toBe('1,-2.5,1970-01-01T00:00:00.000Z,,\r\n');
});
