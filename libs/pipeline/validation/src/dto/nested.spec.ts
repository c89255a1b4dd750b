import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IntegerField } from '../index.js';
import { run } from './run.fixture.js';

describe('nested DTOs', () => {
  class Leaf {
    @IntegerField({ min: 0 })
    n: number;
  }

  class Plain {
    @ValidateNested()
    @Type(() => Leaf)
    leaf: Leaf;

    @ValidateNested({ each: true })
    @Type(() => Leaf)
    leaves: Leaf[];
  }

  it('are instances of their classes', () => {
    const { value } = run(Plain, { leaf: { n: 1 }, leaves: [{ n: 2 }] });
    expect([value.leaf instanceof Leaf, value.leaves[0] instanceof Leaf]).toEqual([true, true]);
  });

  it('have dotted paths, are required, and are neither null, scalars nor the wrong shape', () => {
    expect(run(Plain, { leaf: { n: -1, m: 1 }, leaves: [{ n: 1 }, { n: 'x' }, null, []] }).codes).toEqual([
      'leaf.n:min',
      'leaf.m:unknown',
      'leaves.1.n:isInt',
      'leaves.2:nestedValidation',
      'leaves.3:nestedValidation',
    ]);
    expect(run(Plain, {}).codes).toEqual(['leaf:required', 'leaves:required']);
    expect(run(Plain, { leaf: [{ n: 1 }], leaves: { n: 1 } }).codes).toEqual([
      'leaf:nestedValidation',
      'leaves:isArray',
    ]);
    expect(run(Plain, { leaf: null, leaves: 'x' }).codes).toEqual([
      'leaf:nestedValidation',
      'leaves:isArray',
    ]);
  });
});
