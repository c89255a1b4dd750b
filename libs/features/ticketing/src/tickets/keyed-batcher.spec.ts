import { describe, expect, it } from 'vitest';
import { KeyedBatcher, type Outcome } from './keyed-batcher.js';

interface Item {
  name: string;
  owner?: string;
}

/** Batches whose work waits to be completed; names that begin with `!` fail. */
function open(options: { size?: number; widthOfKey?: number; width?: number } = {}) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const batches = new KeyedBatcher<Item, string>({
    size: 10,
    widthOfKey: 1,
    width: 10,
    ...options,
    ownersOf: ({ name, owner }) => [owner ?? name],
    work: async (items) => {
      const names = items.map(({ name }) => name).join(' ');
      begun.push(names);
      await new Promise<void>((resolve) => ends.set(names, resolve));
      return items.map(({ name }): Outcome<string> =>
        name.startsWith('!') ? { error: new Error(name) } : { value: name },
      );
    },
  });
  const end = async (names: string) => {
    await expect.poll(() => ends.has(names)).toBe(true);
    ends.get(names)!();
  };
  return { batches, begun, end };
}

describe('KeyedBatcher', () => {
  it('start at once when idle, and combine what arrives in the meantime, in order', async () => {
    const { batches, begun, end } = open();
    const work = ['a', 'b', 'c'].map((name) => batches.add('key', { name }));
    expect(begun).toEqual(['a']);
    await end('a');
    await expect.poll(() => begun).toEqual(['a', 'b c']);
    await end('b c');
    expect(await Promise.all(work)).toEqual(['a', 'b', 'c']);
    const later = batches.add('key', { name: 'd' });
    expect(begun.at(-1)).toBe('d');
    await end('d');
    expect(await later).toBe('d');
  });

  it('are limited in size, and leave the rest for the next', async () => {
    const { batches, begun, end } = open({ size: 2 });
    const work = ['a', 'b', 'c', 'd'].map((name) => batches.add('key', { name }));
    for (const names of ['a', 'b c', 'd']) await end(names);
    await Promise.all(work);
    expect(begun).toEqual(['a', 'b c', 'd']);
  });

  it('contain one item per owner, whose next item keeps its position', async () => {
    const { batches, begun, end } = open();
    const add = (name: string, owner: string) => batches.add('key', { name, owner });
    const work = [add('a', 'x'), add('b', 'y'), add('c', 'y'), add('d', 'z'), add('e', 'y')];
    for (const names of ['a', 'b d', 'c', 'e']) await end(names);
    await Promise.all(work);
    expect(begun).toEqual(['a', 'b d', 'c', 'e']);
  });

  it('contain only a single item that has waited for another of its owner', async () => {
    const { batches, begun, end } = open();
    const add = (name: string, owner: string) => batches.add('key', { name, owner });
    const work = [add('a', 'x'), add('b', 'x'), add('c', 'y'), add('d', 'z'), add('e', 'z'), add('f', 'v')];
    for (const names of ['a', 'b', 'c d f', 'e']) await end(names);
    await Promise.all(work);
    expect(begun).toEqual(['a', 'b', 'c d f', 'e']);
  });

  it('run in parallel for one key, but never with the same owner', async () => {
    const { batches, begun, end } = open({ widthOfKey: 2, size: 2 });
    const add = (name: string, owner: string) => batches.add('key', { name, owner });
    const work = [add('a', 'x'), add('b', 'x'), add('c', 'y'), add('d', 'x'), add('e', 'z'), add('f', 'v')];
    expect(begun).toEqual(['a', 'c']);
    await end('c');
    await expect.poll(() => begun).toEqual(['a', 'c', 'e f']);
    await end('a');
    await expect.poll(() => begun).toEqual(['a', 'c', 'e f', 'b']);
    for (const names of ['e f', 'b', 'd']) await end(names);
    await Promise.all(work);
    expect(begun.at(-1)).toBe('d');
  });

  it('return a separate outcome for each item', async () => {
    const { batches, end } = open();
    const work = ['a', 'b', '!c', 'd'].map((name) => batches.add('key', { name }));
    void end('a').then(() => end('b !c d'));
    expect((await Promise.allSettled(work)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
  });

  it('run at most the allowed number in parallel, alternating between keys', async () => {
    const { batches, begun, end } = open({ width: 2 });
    const work = ['1a', '2a', '3a', '1b', '3b'].map((name) => batches.add(name[0]!, { name }));
    expect(begun).toEqual(['1a', '2a']);
    await end('1a');
    await expect.poll(() => begun).toEqual(['1a', '2a', '3a 3b']);
    await end('2a');
    await expect.poll(() => begun).toEqual(['1a', '2a', '3a 3b', '1b']);
    for (const names of ['3a 3b', '1b']) await end(names);
    await Promise.all(work);
  });

  it('continue when the work as a whole fails', async () => {
    let calls = 0;
    const batches = new KeyedBatcher<string, string>({
      size: 10,
      widthOfKey: 1,
      width: 1,
      ownersOf: (item) => [item],
      work: async (items) => {
        if (++calls === 1) throw new Error('failed');
        return items.map((value) => ({ value }));
      },
    });
    const failing = batches.add('key', 'a');
    const next = batches.add('key', 'b');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('b');
  });
});
