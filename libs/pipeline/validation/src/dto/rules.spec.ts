import { Type } from 'class-transformer';
import {
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IntegerField, NumberField, StringField, StringsField } from '../index.js';
import { run } from './run.fixture.js';

describe('the rules of a field', () => {
  class Ordered {
    @IsString()
    @MinLength(5, { message: '$property "$value" is under $constraint1 for $target' })
    @Matches(/^x/, { message: ({ property }) => `${property} starts with x` })
    text: string;

    @IsInt()
    @Min(1)
    @Max(5)
    number: number;
  }

  it('are checked as written, and only the first that fails is told', () => {
    expect(run(Ordered, { text: 1, number: 'x' }).codes).toEqual(['text:isString', 'number:isInt']);
    expect(run(Ordered, { text: 'a', number: 0.5 }).codes).toEqual(['text:minLength', 'number:isInt']);
    expect(run(Ordered, { text: 'abcde', number: 0 }).codes).toEqual(['text:matches', 'number:min']);
    expect(run(Ordered, { text: 'xbcde', number: 6 }).errors).toEqual([
      { path: 'number', code: 'max', message: 'number must not be greater than 5' },
    ]);
  });

  it('give the message that the decorator has', () => {
    const { errors } = run(Ordered, { text: 'a', number: 1 });
    expect(errors[0]!.message).toBe('text "a" is under 5 for Ordered');
    expect(run(Ordered, { text: 'abcde', number: 1 }).errors[0]!.message).toBe('text starts with x');
  });

  it('do not take a value apart as a pattern of the message', () => {
    expect(run(Ordered, { text: '$&$1', number: 1 }).errors[0]!.message).toContain('"$&$1"');
  });

  it('say that a field is required when it is absent', () => {
    expect(run(Ordered, {}).errors).toEqual([
      { path: 'text', code: 'required', message: 'text is required' },
      { path: 'number', code: 'required', message: 'number is required' },
    ]);
  });

  it('take 5.0 for an integer, but no integer that has lost digits', () => {
    expect(run(Ordered, JSON.parse('{"text":"xxxxx","number":5.0}')).codes).toEqual([]);
    class Big {
      @IntegerField()
      n: number;
    }
    expect(run(Big, { n: 9007199254740991 }).codes).toEqual([]);
    expect(run(Big, JSON.parse('{"n":9007199254740993}')).codes).toEqual(['n:isInt']);
    expect(run(Big, { n: '9007199254740992' }, 'text').codes).toEqual(['n:isInt']);
  });

  it('count code points, as PostgreSQL does', () => {
    class Short {
      @StringField({ max: 3 })
      text: string;
    }
    expect(run(Short, { text: '😀😀😀' }).codes).toEqual([]);
    expect(run(Short, { text: '😀😀😀😀' }).codes).toEqual(['text:maxLength']);
    expect(run(Short, { text: 'a\ufe0fb\ufe0f' }).codes).toEqual(['text:maxLength']);
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
  ])('limit the decimals of %s', (value, isValid) => {
    class Rated {
      @NumberField({ decimals: 1 })
      rating: number;
    }
    expect(run(Rated, { rating: value }).errors.length).toBe(isValid ? 0 : 1);
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
  ])('are refused with %s, whether or not rules look at them', (_, value, code) => {
    expect(run(Free, { any: value }).codes).toEqual([`any:${code}`]);
    expect(run(Free, { skipped: value }).codes).toEqual([`skipped:${code}`]);
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

  it('tell which item is wrong', () => {
    expect(run(Tagged, { tags: ['a', 'abcd'], loose: ['a', 'b', 'ccc'] }).codes).toEqual([
      'tags.1:maxLength',
      'loose.2:maxLength',
    ]);
    expect(run(Tagged, { tags: ['a', 'b', 'c'] }).codes).toEqual(['tags:arrayMaxSize']);
  });

  it('are lists, even where only their items have rules', () => {
    expect(run(Tagged, { tags: [], loose: 'a' }).codes).toEqual(['loose:isArray']);
  });
});
