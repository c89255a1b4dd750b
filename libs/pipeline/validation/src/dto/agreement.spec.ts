import type { Type as Class } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Built,
  Custom,
  Nested,
  Fielded,
  FieldedNested,
  Child,
  Texts,
  PartialBuilt,
  Picked,
  Omitted,
  Both,
} from './agreement.fixture.js';
import { validate } from './validate.js';

const scalar = fc.constantFrom<unknown>(
  null,
  true,
  '',
  'a',
  'abcd',
  'x@example.com',
  -1,
  0,
  1,
  1.25,
  4,
  '1',
  NaN,
);
const inner = fc.record({ a: scalar, b: scalar, x: scalar }, { requiredKeys: [] });
const list = fc.array(fc.oneof(scalar, inner), { maxLength: 3 });
const anything = fc.oneof(scalar, inner, list, fc.constant(undefined));

const short = fc.constantFrom('a', 'abc');
const inners = fc.record({ a: short, b: fc.constantFrom([], [1, 2]) }, { requiredKeys: ['a'] });
const colour = fc.constantFrom('red', 'blue');
const built = { a: short, b: fc.nat(3), c: colour, d: fc.boolean(), e: anything };
const custom = { a: fc.constantFrom(2, 4), b: fc.nat(4), c: fc.constantFrom(1, 'x', null), d: short };
const nested = { a: inners, b: fc.array(inners, { maxLength: 3 }) };
const fielded = {
  a: short,
  b: fc.nat(3),
  c: fc.option(colour),
  d: fc.option(fc.boolean()),
  e: fc.constantFrom(0.5, 2),
};
const texts = { a: short, b: fc.uuid(), c: fc.constantFrom(1, 0.5, 1.25) };

function isValid(type: Class<object>, plain: object): boolean {
  const errors: never[] = [];
  validate(type, plain, 'json', 'body', errors);
  return errors.length === 0;
}

function isValidForClassValidator(type: Class<object>, plain: object): boolean {
  return (
    validateSync(plainToInstance(type, plain), { whitelist: true, forbidNonWhitelisted: true }).length === 0
  );
}

/** Of each field mostly a value that is probably valid, else anything or nothing; now and then a field too many. */
function inputFor(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  const mixed = Object.entries(fields).map(([name, good]) => {
    return [name, fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: anything })] as const;
  });
  const known = fc.record(Object.fromEntries(mixed), { requiredKeys: [] });
  const full = fc.record(Object.fromEntries(mixed));
  // Names of Object.prototype are left out: class-validator takes them for fields that it knows.
  const unknown = fc.constantFrom({}, {}, {}, { z: 1 }, { y: null });
  return fc.tuple(fc.oneof(known, full), unknown).map(([own, extra]) => ({ ...own, ...extra }));
}

describe('a compiled DTO agrees with class-validator', () => {
  it.each([
    [Built, built],
    [Custom, custom],
    [Nested, nested],
    [Fielded, fielded],
    [FieldedNested, { ...nested, c: fc.array(short) }],
    [Child, { ...built, f: fc.constant('x@example.com') }],
    [Texts, texts],
    [PartialBuilt, built],
    [Picked, { a: custom.a, d: custom.d }],
    [Omitted, { a: fielded.a, b: fielded.b, d: fielded.d, e: fielded.e }],
    [Both, { ...texts, a: short }],
  ] as [Class<object>, Record<string, fc.Arbitrary<unknown>>][])('on %o', (type, fields) => {
    const seen = { valid: 0, invalid: 0 };
    fc.assert(
      fc.property(inputFor(fields), (plain) => {
        const expected = isValidForClassValidator(type, plain);
        seen[expected ? 'valid' : 'invalid']++;
        expect(isValid(type, plain)).toBe(expected);
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(10);
  });
});
