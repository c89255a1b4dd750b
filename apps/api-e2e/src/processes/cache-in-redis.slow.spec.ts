// needs: books
import { describeWithRedis } from '@gatehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cacheBetweenProcesses } from '../support/cache-between.js';
import { emptyRedis, TwoProcesses } from '../support/two-processes.js';

const REDIS_NUMBER = 8;

describeWithRedis('the cache of two processes, in Redis', (url) => {
  let processes: TwoProcesses;

  beforeAll(async () => {
    processes = await TwoProcesses.start({ REDIS_URL: await emptyRedis(url, REDIS_NUMBER) });
  });
  afterAll(() => processes?.stop());

  it('returns in one process, byte for byte, what the other has stored', async () => {
    const [a, b] = processes.both.map(({ client }) => client);
    for (const path of [
      '/api/v1/books?pageSize=20',
      '/api/v1/books?cursor=&limit=5',
      '/api/v1/books/author/Jane%20Austen',
    ]) {
      const miss = await a!.get(path);
      const hit = await b!.get(path);
      expect([miss.status, miss.headers['x-cache'], hit.headers['x-cache']]).toEqual([200, 'MISS', 'HIT']);
      expect(hit.text).toBe(miss.text);
      for (const name of ['etag', 'content-type', 'cache-control', 'x-total-count'])
        expect(hit.headers[name]).toBe(miss.headers[name]);
      expect(hit.headers['age']).toMatch(/^\d+$/);
      const known = await b!.get(path, { headers: { 'if-none-match': miss.headers['etag']! } });
      expect([known.status, known.text]).toEqual([304, '']);
    }
  });

  cacheBetweenProcesses(() => processes);
});
