import { describe, expect, it } from 'vitest';
import type { FieldError } from '@gatehouse/http';
import { type Validatable, IntegerField, NestedField } from '../index.js';
import { run } from '../testing/run.js';

class Range implements Validatable {
  @IntegerField()
  from: number;

  @IntegerField({ optional: true })
  to?: number;

  validateTogether(): FieldError[] {
    if (!Number.isInteger(this.from)) throw new Error('complete() must not see invalid fields');
    this.to ??= this.from;
    return this.to < this.from ? [{ path: 'to', code: 'order', message: 'to must not be before from' }] : [];
  }
}

class Ranges {
  @NestedField(() => Range, { isArray: true })
  ranges: Range[];
}

describe('a DTO that completes itself', () => {
  it('fills in absent fields and checks fields against each other', async () => {
    expect((await run(Range, { from: 3 })).value).toEqual({ from: 3, to: 3 });
    expect((await run(Range, { from: 3, to: 2 })).codes).toEqual(['to:order']);
    expect((await run(Ranges, { ranges: [{ from: 1 }, { from: 3, to: 2 }] })).codes).toEqual([
      'ranges.1.to:order',
    ]);
  });

  it('does so only when every field is valid, however many errors there are', async () => {
    expect((await run(Range, { from: 'x' })).codes).toEqual(['from:isInt']);
    expect(
      (await run(Ranges, { ranges: Array.from({ length: 150 }, () => ({ from: 'x' })) })).errors,
    ).toHaveLength(100);
  });
});
