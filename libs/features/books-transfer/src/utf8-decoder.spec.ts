import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Utf8Decoder } from './utf8-decoder.js';

function decode(bytes: Uint8Array, cuts: readonly number[] = []): string {
  const decoder = new Utf8Decoder();
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces = [...ends, bytes.length].map((end, i) =>
    Buffer.from(bytes.slice(i === 0 ? 0 : ends[i - 1], end)),
  );
  return pieces.map((piece) => decoder.decode(piece)).join('') + decoder.end();
}

const places = fc.array(fc.nat(100), { maxLength: 8 });

describe('Utf8Decoder', () => {
  it('decodes text, wherever it is split', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\uFFFD'), maxLength: 30 });
    fc.assert(
      fc.property(text, places, (value, cuts) => void expect(decode(Buffer.from(value), cuts)).toBe(value)),
    );
  });

  it('marks exactly the bad bytes with NUL', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), places, (bytes, cuts) => {
        fc.pre(!(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf));
        const clean = Buffer.from(bytes.map((byte) => byte || 1));
        const expected = new TextDecoder('utf-8', { ignoreBOM: true }).decode(clean);
        const isValid = Buffer.from(expected).equals(clean);
        const text = decode(clean, cuts);
        expect(text.includes('\0')).toBe(!isValid);
        // Where a sequence is split, its bytes may get a mark each instead of a single one.
        const squeeze = (value: string) => value.replace(/[\0\uFFFD]+/g, '?');
        expect(squeeze(text)).toBe(squeeze(expected));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a replacement character next to a bad byte', () => {
    expect(decode(Buffer.concat([Buffer.from('a\uFFFD'), Buffer.from([0xff]), Buffer.from('\uFFFDb')]))).toBe(
      'a\uFFFD\0\uFFFDb',
    );
  });

  it('removes a byte order mark at the start only', () => {
    expect(decode(Buffer.from('\uFEFFa\uFEFF'), [1, 2])).toBe('a\uFEFF');
  });
});
