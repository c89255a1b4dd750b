// needs: books
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheBetweenProcesses } from '../support/cache-between.js';
import { TwoProcesses } from '../support/two-processes.js';

describe('the caches of two processes, each in its own memory', () => {
  let processes: TwoProcesses;

  beforeAll(async () => {
    processes = await TwoProcesses.start();
  });
  afterAll(() => processes?.stop());

  it('are separate', async () => {
    const [a, b] = processes.both.map(({ client }) => client);
    const path = '/api/v1/books?pageSize=20';
    const [first, other] = [await a!.get(path), await b!.get(path)];
    expect([first.headers['x-cache'], other.headers['x-cache']]).toEqual(['MISS', 'MISS']);
    const hit = await a!.get(path);
    expect([hit.headers['x-cache'], hit.text]).toEqual(['HIT', first.text]);
  });

  cacheBetweenProcesses(() => processes);
});
