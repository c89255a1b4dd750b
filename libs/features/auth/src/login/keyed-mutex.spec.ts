import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { KeyedMutex } from './keyed-mutex.js';

describe('KeyedMutex', () => {
  it('runs work for one key in order, one at a time, and for other keys concurrently', async () => {
    const turns = new KeyedMutex();
    const log: string[] = [];
    const work = (name: string) => async () => {
      log.push(`${name} starts`);
      await tick();
      log.push(`${name} ends`);
      return name;
    };
    const results = await Promise.all([
      turns.take('key', work('first')),
      turns.take('key', work('second')),
      turns.take('other', work('third')),
    ]);
    expect(results).toEqual(['first', 'second', 'third']);
    expect(log.indexOf('second starts')).toBe(log.indexOf('first ends') + 1);
    expect(log.indexOf('third starts')).toBeLessThan(log.indexOf('first ends'));
  });

  it('continues after work that fails', async () => {
    const turns = new KeyedMutex();
    const failing = turns.take('key', () => Promise.reject(new Error('no')));
    const next = turns.take('key', async () => 'yes');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('yes');
  });
});
