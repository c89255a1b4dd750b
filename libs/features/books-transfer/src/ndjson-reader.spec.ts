import { describe, expect, it } from 'vitest';
import { NdjsonReader } from './ndjson-reader.js';

function readAll(text: string, size = text.length) {
  const reader = new NdjsonReader(50);
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.end()];
}

describe.each([1, 7, 1000])('NdjsonReader with pieces of %i characters', (size) => {
  it('reads one object per line, ignoring blank lines', () => {
    expect(readAll('{"a":1}\r\n\n  \n{"b":"é"}', size)).toEqual([
      { line: 1, value: { a: 1 } },
      { line: 4, value: { b: 'é' } },
    ]);
  });

  it('rejects only bad lines', () => {
    const lines = ['{"a":', '[1]', 'null', '"x"', `{"a":"${'x'.repeat(60)}"}`, '{"a":"\0"}', '{"a":2}'];
    expect(readAll(lines.join('\n'), size)).toEqual([
      { line: 1, reason: 'The line is not JSON' },
      { line: 2, reason: 'The line is not a JSON object' },
      { line: 3, reason: 'The line is not a JSON object' },
      { line: 4, reason: 'The line is not a JSON object' },
      { line: 5, reason: 'The record is longer than 50 characters' },
      { line: 6, reason: expect.stringContaining('UTF-8') },
      { line: 7, value: { a: 2 } },
    ]);
  });
});

it('buffers no more of an endless line than its limit', () => {
  const reader = new NdjsonReader(50);
  expect(Array.from({ length: 1000 }, () => reader.read('x'.repeat(40))).flat()).toHaveLength(1);
  expect(reader.read('\n{"a":1}\n')).toEqual([{ line: 2, value: { a: 1 } }]);
});
