import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from './csv-reader.js';
import { isRejection } from './import-record.js';

const LIMIT = 200;

/** Reads a text in chunks that end at the given positions. */
function readAll(text: string, cuts: readonly number[] = [], limit = LIMIT) {
  const reader = new CsvReader(limit);
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [...ends, text.length].map((end, i) => text.slice(i === 0 ? 0 : ends[i - 1], end));
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
}

const places = fc.array(fc.nat(1000), { maxLength: 8 });
const cell = fc.string({
  unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', '\r\n', ' ', '😀'),
  maxLength: 6,
});

describe('CsvReader', () => {
  it('reads the same as csv-parse, whatever the cells and wherever the text is split', () => {
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        places,
        (records, newline, isEnded, cuts) => {
          const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
          const text =
            records.map((cells) => cells.map(quote).join(',')).join(newline) + (isEnded ? newline : '');
          const expected = parse(text, { record_delimiter: newline, relax_column_count: true });
          expect(readAll(text, cuts, 10_000).map((row) => (isRejection(row) ? row : row.value))).toEqual(
            expected,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads or rejects any text, independent of how it is split, and never a line twice', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 30 }), places, (parts, cuts) => {
        const text = parts.join('');
        const outcome = (pieces: number[]) => {
          try {
            return readAll(text, pieces);
          } catch (error) {
            return String(error);
          }
        };
        const whole = outcome([]);
        expect(outcome(cuts)).toEqual(whole);
        if (typeof whole === 'string') return;
        const lines = whole.map(({ line }) => line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      }),
      { numRuns: 1000 },
    );
  });

  it('numbers records by the line where they start', () => {
    expect(readAll('a,b\n\n"1\r\n2","x\n"\r\n3,4')).toEqual([
      { line: 1, value: ['a', 'b'] },
      { line: 3, value: ['1\r\n2', 'x\n'] },
      { line: 6, value: ['3', '4'] },
    ]);
  });

  it.each([
    ['a quote inside a cell', '1,The "Big" One\n2,b\n'],
    ['text behind a closing quote', '1,"a" b\n2,b\n'],
    ['a quote that is not closed, when one follows', '1,"a\n2,b\n"3",c\n4,"d"\n'],
  ])('rejects %s alone', (_, text) => {
    const records = readAll(text);
    expect(records[0]).toEqual({ line: 1, reason: expect.stringContaining('quote') });
    expect(records[1]).toEqual({ line: 2, value: ['2', 'b'] });
  });

  it('rejects only the record that is too long, even because of an unclosed quote', () => {
    const long = 'x'.repeat(LIMIT + 1);
    for (const start of ['', '"']) {
      const text = `${start}${long},1\n2,b\n`;
      const records = readAll(`${text}${'3,c\n'.repeat(100)}`, [50, 210]);
      expect(records.slice(0, 2)).toEqual([
        { line: 1, reason: `The record is longer than ${LIMIT} characters` },
        { line: 2, value: ['2', 'b'] },
      ]);
      expect(records).toHaveLength(102);
    }
  });

  it('buffers no more of an endless line than its limit', () => {
    const reader = new CsvReader(LIMIT);
    const records = Array.from({ length: 1000 }, () => reader.read('"'.padEnd(100, 'x'))).flat();
    expect(records).toHaveLength(1);
    expect(reader.read('\n1,2\n')).toEqual([{ line: 2, value: ['1', '2'] }]);
  });

  it('rejects text that was not UTF-8', () => {
    expect(readAll('1,a\0\n2,b\n')).toEqual([
      { line: 1, reason: expect.stringContaining('UTF-8') },
      { line: 2, value: ['2', 'b'] },
    ]);
  });

  it('fails when the text ends inside a quoted cell', () => {
    expect(() => readAll('a,b\n1,"x\n2,y\n')).toThrow(
      'The file ends inside a quoted cell of the record in line 2',
    );
  });
});
