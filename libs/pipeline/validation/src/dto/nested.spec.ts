import { describe, expect, it } from 'vitest';
import { run } from '../testing/run.js';
import { IntegerField, NestedField } from '../index.js';

describe('nested DTOs', () => {
  class Leaf {
    @IntegerField({ min: 0, default: 7 })
    n: number;
  }

  class Tree {
    @NestedField(() => Leaf)
    leaf: Leaf;

    @NestedField(() => Leaf, { isArray: true })
    leaves: Leaf[];
  }

  it('are instances of their classes, with defaults of their own', async () => {
    const { value } = await run(Tree, { leaf: { n: 1 }, leaves: [{}] });
    expect(value).toEqual({ leaf: { n: 1 }, leaves: [{ n: 7 }] });
    expect([value.leaf instanceof Leaf, value.leaves[0] instanceof Leaf]).toEqual([true, true]);
  });

  it('have dotted paths', async () => {
    const leaves = [{ n: 1 }, { n: 'x' }, { m: 1 }];
    expect((await run(Tree, { leaf: { n: -1, m: 1 }, leaves })).codes).toEqual([
      'leaf.n:min',
      'leaf.m:unknown',
      'leaves.1.n:isInt',
      'leaves.2.m:unknown',
    ]);
  });

  it('are required, and are neither null, scalars nor the wrong shape', async () => {
    expect((await run(Tree, {})).codes).toEqual(['leaf:required', 'leaves:required']);
    for (const leaf of [null, 'x', 5, [{ n: 1 }]])
      expect((await run(Tree, { leaf, leaves: [] })).codes).toEqual([expect.stringMatching(/^leaf:is/)]);
    for (const leaves of [null, 'x', 5, { n: 1 }])
      expect((await run(Tree, { leaf: {}, leaves })).codes).toEqual([expect.stringMatching(/^leaves:is/)]);
    for (const item of [null, 'x', 5, [{ n: 1 }]])
      expect((await run(Tree, { leaf: {}, leaves: [{}, item] })).codes).toEqual(['leaves.1:isObject']);
  });
});
