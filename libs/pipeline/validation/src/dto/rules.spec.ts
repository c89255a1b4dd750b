import { Type } from 'class-transformer';
import { IsInt, IsOptional, MaxLength, MinLength, ValidateIf, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IntegerField, NumberField, StringField, StringsField } from '../index.js';
import { run } from '../testing/run.js';

describe('the rules of a field', () => {
  class Ordered {
    @StringField({ min: 5, pattern: /^x/ })
    text: string;

    @IntegerField({ min: 1, max: 5 })
    number: number;
  }

  class Messages {
    @MinLength(5, { message: '$property "$value" is under $constraint1 for $target' })
    text: string;
  }

  it('are checked as written, and only the first failure is reported', async () => {
    expect((await run(Ordered, { text: 1, number: 'x' })).codes).toEqual(['text:isString', 'number:isInt']);
    expect((await run(Ordered, { text: 'a', number: 0.5 })).codes).toEqual([
      'text:minLength',
      'number:isInt',
    ]);
    expect((await run(Ordered, { text: 'abcde', number: 0 })).codes).toEqual(['text:matches', 'number:min']);
    expect((await run(Ordered, { text: 'xbcde', number: 6 })).errors).toEqual([
      { path: 'number', code: 'max', message: 'number must not be greater than 5' },
    ]);
  });

  it('report the message of the decorator', async () => {
    const { errors } = await run(Messages, { text: 'a' });
    expect(errors[0]!.message).toBe('text "a" is under 5 for Messages');
  });

  it('say that a field is required when it is absent', async () => {
    expect((await run(Ordered, {})).errors).toEqual([
      { path: 'text', code: 'required', message: 'text is required' },
      { path: 'number', code: 'required', message: 'number is required' },
    ]);
  });

  it('accept 5.0 as an integer, but no integer that has lost digits', async () => {
    expect((await run(Ordered, JSON.parse('{"text":"xxxxx","number":5.0}'))).codes).toEqual([]);
    class Big {
      @IntegerField()
      n: number;
    }
    expect((await run(Big, { n: 9007199254740991 })).codes).toEqual([]);
    expect((await run(Big, JSON.parse('{"n":9007199254740993}'))).codes).toEqual(['n:isInt']);
    expect((await run(Big, { n: '9007199254740992' }, 'text')).codes).toEqual(['n:isInt']);
  });

  it('count code points, as PostgreSQL does', async () => {
    class Short {
      @StringField({ max: 3 })
      text: string;
    }
    expect((await run(Short, { text: '😀😀😀' })).codes).toEqual([]);
    expect((await run(Short, { text: '😀😀😀😀' })).codes).toEqual(['text:maxLength']);
    expect((await run(Short, { text: 'a\ufe0fb\ufe0f' })).codes).toEqual(['text:maxLength']);
  });

  it.each([
    [4.5, true],
    [4.55, false],
    [1e-7, false],
    [1.5e-7, false],
    [1e21, true],
    [NaN, false],
    [Infinity, false],
    ['4.5', false],
    [null, false],
  ])('limit the decimals of %s', async (value, isValid) => {
    class Rated {
      @NumberField({ decimals: 1 })
      rating: number;
    }
    expect((await run(Rated, { rating: value })).errors.length).toBe(isValid ? 0 : 1);
  });
});

describe('free-form values', () => {
  class Free {
    @IsOptional()
    @StringField({ optional: true, nullable: true })
    a?: string;

    @ValidateIf(() => false)
    @IsInt()
    any: unknown;

    @ValidateIf(() => false)
    @ValidateNested()
    @Type(() => Free)
    skipped?: unknown;
  }

  it.each([
    ['a NUL deep inside', { x: [{ y: 'a\0' }] }, 'isWellFormed'],
    ['a NUL in a name', { 'x\0': 1 }, 'isWellFormed'],
    ['an unpaired surrogate', ['\udc00'], 'isWellFormed'],
    ['a prototype key', JSON.parse('{"x":{"__proto__":{"isAdmin":true}}}'), 'unknown'],
    ['too many levels', JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)), 'maxDepth'],
  ])('are refused with %s, whether or not rules look at them', async (_, value, code) => {
    expect((await run(Free, { any: value })).codes).toEqual([`any:${code}`]);
    expect((await run(Free, { skipped: value })).codes).toEqual([`skipped:${code}`]);
  });
});

describe('lists', () => {
  class Tagged {
    @StringsField({ max: 3, maxItems: 2 })
    tags: string[];

    @IsOptional()
    @MaxLength(2, { each: true })
    loose?: string[];
  }

  it('report which item is invalid', async () => {
    expect((await run(Tagged, { tags: ['a', 'abcd'], loose: ['a', 'b', 'ccc'] })).codes).toEqual([
      'tags.1:maxLength',
      'loose.2:maxLength',
    ]);
    expect((await run(Tagged, { tags: ['a', 'b', 'c'] })).codes).toEqual(['tags:arrayMaxSize']);
  });
});
