import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ArrayField,
  BooleanField,
  DateTimeField,
  EnumField,
  IntegerField,
  items,
  NumberField,
  UuidField,
} from '../index.js';
import { run } from '../testing/run.js';

describe('text', () => {
  class Typed {
    @IntegerField({ optional: true })
    integer?: number;

    @BooleanField({ optional: true })
    flag?: boolean;

    @DateTimeField({ optional: true })
    at?: Date;

    @EnumField([1, 2], { optional: true })
    choice?: number;

    @ArrayField(items.integer({ min: 1 }), { optional: true, unique: true })
    ids?: number[];

    @UuidField({ optional: true })
    uuid?: string;

    @NumberField({ optional: true })
    number?: number;
  }

  it('is converted to the type of its field', async () => {
    const uuid = '0190A3C4-7B1E-7C6D-8F2A-1B3C4D5E6F70';
    const text = {
      integer: '-07',
      flag: 'false',
      at: '2024-02-29T10:00:00+02:00',
      choice: '2',
      ids: '3',
      uuid,
      number: '1.5',
    };
    expect((await run(Typed, text, 'text')).value).toEqual({
      integer: -7,
      flag: false,
      at: new Date('2024-02-29T08:00:00Z'),
      choice: 2,
      ids: [3],
      uuid: uuid.toLowerCase(),
      number: 1.5,
    });
    expect((await run(Typed, { ids: ['1', '2'] }, 'text')).value.ids).toEqual([1, 2]);
  });

  it('is not converted in JSON', async () => {
    const text = { integer: '1', flag: 'true', choice: '2', ids: ['3'] };
    expect((await run(Typed, text)).codes).toEqual([
      'integer:isInt',
      'flag:isBoolean',
      'choice:isIn',
      'ids.0:isInt',
    ]);
    expect((await run(Typed, { ids: 3 })).codes).toEqual(['ids:isArray']);
  });

  it.each(['1', 'TRUE', 'yes', '', ' true'])('%j is not a boolean', async (flag) => {
    expect((await run(Typed, { flag }, 'text')).codes).toEqual(['flag:isBoolean']);
  });

  it.each([
    '',
    'x',
    '0x1',
    '+1',
    ' 1',
    '1 ',
    'NaN',
    'Infinity',
    '1e999',
    '1e1',
    '1_000',
    '１',
    '--1',
    '.5',
    '5.',
  ])('%j is no number', async (text) => {
    expect((await run(Typed, { integer: text, number: text }, 'text')).codes).toEqual([
      'integer:isInt',
      'number:isNumber',
    ]);
  });

  it.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01',
    '2024-01-01 00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T12:00:60Z',
    '2024-01-01T23:59:61Z',
    '9999-12-31T23:59:59-12:00',
    '0000-01-01T00:00:00+00:01',
    '10000-01-01T00:00:00Z',
    '+002024-01-01T00:00:00Z',
    ' 2024-01-01T00:00:00Z',
    '２024-01-01T00:00:00Z',
    '2024-01-01T25:00:00Z',
    '2024-01-01T10:00:00',
    '01/02/2024',
    '1700000000000',
    'now',
    '',
  ])('%j is no date and time', async (at) => {
    expect((await run(Typed, { at }, 'text')).codes).toEqual(['at:isDate']);
    expect((await run(Typed, { at })).codes).toEqual(['at:isDate']);
  });

  it('round-trips every number and date', async () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !`${n}`.includes('e'));
    await fc.assert(
      fc.asyncProperty(numbers, async (number) => {
        expect((await run(Typed, { number: `${number}` }, 'text')).value.number).toBe(number + 0);
      }),
    );
    const dates = fc.date({ min: new Date(0), noInvalidDate: true, max: new Date('9999-12-31') });
    await fc.assert(
      fc.asyncProperty(dates, async (at) => {
        expect((await run(Typed, { at: at.toISOString() })).value.at).toEqual(at);
      }),
    );
  });
});
