import { describe, expect, it } from 'vitest';
import { Lanes } from './lanes.js';

describe('Lanes', () => {
  it('run as many at once as they are wide, for each key, the others in order', async () => {
    const lanes = new Lanes(2);
    const started: string[] = [];
    const ends = new Map<string, () => void>();
    const begin = (key: string, name: string) =>
      lanes.run(key, () => {
        started.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    const work = [begin('a', 'a1'), begin('a', 'a2'), begin('a', 'a3'), begin('a', 'a4'), begin('b', 'b1')];
    expect(started).toEqual(['a1', 'a2', 'b1']);
    ends.get('a2')!();
    await work[1];
    await expect.poll(() => started).toEqual(['a1', 'a2', 'b1', 'a3']);
    work.push(begin('a', 'a5'));
    ends.get('a1')!();
    await expect.poll(() => started).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
    for (const name of ['a3', 'a4', 'b1']) ends.get(name)!();
    await expect.poll(() => started.at(-1)).toBe('a5');
    ends.get('a5')!();
    await Promise.all(work);
  });

  it('go on when work fails', async () => {
    const lanes = new Lanes(1);
    const failing = lanes.run('a', () => Promise.reject(new Error('failed')));
    const next = lanes.run('a', async () => 'done');
    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
  });
});
