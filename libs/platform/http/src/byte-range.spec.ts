import fc from 'fast-check';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { RangeNotSatisfiableProblem, requestedRange } from './byte-range.js';

const of = (headers: Record<string, string>, size = 100, method = 'GET') =>
  requestedRange({ method, headers } as unknown as FastifyRequest, size, '"t"');

it.each([
  ['bytes=0-9', [0, 9]],
  ['bytes=90-', [90, 99]],
  ['bytes=-10', [90, 99]],
  ['bytes=-1000', [0, 99]],
  ['bytes=0-1000', [0, 99]],
  ['BYTES=5-5', [5, 5]],
  ['bytes=99-99', [99, 99]],
  [`bytes=0-${'9'.repeat(400)}`, [0, 99]],
])('%.30s is a part', (range, [start, end]) => {
  expect(of({ range })).toEqual({ start, end });
});

it.each([
  'bytes=',
  'bytes=-',
  'bytes=9-5',
  'bytes=a-b',
  'bytes=0-1,3-4',
  `bytes=${Array.from({ length: 1_000 }, (_, n) => `${n}-${n}`).join()}`,
  'items=0-1',
  'bytes 0-1',
  'bytes=0-1;x',
  'bytes=0x1-2',
  'bytes=--5',
])('%.30s is ignored', (range) => {
  expect(of({ range })).toBeUndefined();
});

it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])('%.30s is 416', (range) => {
  expect(() => of({ range })).toThrow(RangeNotSatisfiableProblem);
});

it('has no part of an empty representation', () => {
  expect(() => of({ range: 'bytes=0-' }, 0)).toThrow('The content has 0 bytes');
  expect(() => of({ range: 'bytes=-5' }, 0)).toThrow(RangeNotSatisfiableProblem);
});

it('serves the whole to another version, to a client that has it, and to HEAD', () => {
  const range = 'bytes=0-9';
  expect(of({ range, 'if-range': '"t"' })).toEqual({ start: 0, end: 9 });
  for (const tag of ['"other"', 'W/"t"', '"t-gzip"', 'Fri, 27 Nov 2026 00:00:00 GMT'])
    expect(of({ range, 'if-range': tag })).toBeUndefined();
  expect(of({ range, 'if-none-match': '"t"' })).toBeUndefined();
  expect(of({ range }, 100, 'HEAD')).toBeUndefined();
});

it('always lies within the representation', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 200 }), (first, last, size) => {
      for (const range of [`bytes=${first}-${last}`, `bytes=${first}-`, `bytes=-${last}`]) {
        try {
          const part = of({ range }, size);
          if (part) expect(0 <= part.start && part.start <= part.end && part.end < size).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeNotSatisfiableProblem);
        }
      }
    }),
  );
});
