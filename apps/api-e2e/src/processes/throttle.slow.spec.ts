// needs: books
import { describeWithRedis } from '@gatehouse/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiProcess } from '../support/api-process.js';
import { emptyRedis, TwoProcesses } from '../support/two-processes.js';

const LIMIT = 50;
const REDIS_NUMBER = 7;

/** Sends concurrent requests of one caller to the processes in turn. @returns the number of responses by status */
async function statuses(processes: readonly ApiProcess[], path: string, caller: string, times = 200) {
  const clients = processes.map(({ client }) => client);
  const headers = { 'x-forwarded-for': caller };
  const answers = Array.from({ length: times }, (_, i) =>
    clients[i % clients.length]!.get(path, { headers }),
  );
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const variables = {
  THROTTLE_DISABLED: 'false',
  THROTTLE_LIMIT: String(LIMIT),
  TRUST_PROXY: 'loopback',
};

let processes: TwoProcesses | undefined;
afterEach(async () => {
  await processes?.stop();
  processes = undefined;
});

describe('200 concurrent requests at a limit of 50', () => {
  it('pass 50 times in one process without Redis, for each caller', async () => {
    processes = await TwoProcesses.start(variables);
    const { a, b } = processes;
    for (let n = 1; n <= 3; n++) {
      expect(await statuses([a], '/api/v1/books/1', `192.0.2.${n}`)).toEqual({ 200: LIMIT, 429: 150 });
    }
    // Each process counts for itself.
    expect(await statuses([b], '/api/v1/books/1', '192.0.2.1')).toEqual({ 200: LIMIT, 429: 150 });
  });

  it('pass the edge 50 times, whatever they request', async () => {
    processes = await TwoProcesses.start({
      TRUST_PROXY: 'loopback',
      EDGE_LIMIT: String(LIMIT),
      THROTTLE_DISABLED: 'false',
    });
    expect(await statuses([processes.a], '/nowhere', '192.0.2.1')).toEqual({ 404: LIMIT, 429: 150 });
    expect(await statuses([processes.a], '/health/live', '192.0.2.1')).toEqual({ 429: 200 });
    expect(await statuses([processes.a], '/health/live', '192.0.2.2', 10)).toEqual({ 200: 10 });
  });
});

describeWithRedis('200 concurrent requests at a limit of 50, with Redis', (url) => {
  it('pass 50 times in both processes together, and not again in either', async () => {
    processes = await TwoProcesses.start({ ...variables, REDIS_URL: await emptyRedis(url, REDIS_NUMBER) });
    const { a, b, both } = processes;
    for (let n = 1; n <= 5; n++) {
      expect(await statuses(both, '/api/v1/books/1', `192.0.2.${n}`)).toEqual({ 200: LIMIT, 429: 150 });
      expect(await statuses([a], '/api/v1/books/1', `192.0.2.${n}`, 10)).toEqual({ 429: 10 });
      expect(await statuses([b], '/api/v1/books/1', `192.0.2.${n}`, 10)).toEqual({ 429: 10 });
    }
    // Another route of the same caller, and one process alone.
    expect(await statuses([b], '/api/v1/books?page=1', '192.0.2.1')).toEqual({ 200: LIMIT, 429: 150 });
  });

  it('report the same seconds in both', async () => {
    processes = await TwoProcesses.start({
      ...variables,
      THROTTLE_LIMIT: '1',
      THROTTLE_TTL_SECONDS: '3',
      REDIS_URL: await emptyRedis(url, REDIS_NUMBER),
    });
    const [a, b] = processes.both.map(({ client }) => client);
    expect((await a!.get('/api/v1/books/1')).headers['ratelimit-remaining']).toBe('0');
    const askedAt = performance.now();
    const refused = await b!.get('/api/v1/books/1');
    const refusedAt = performance.now();
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3']);
    expect(refused.body.detail).toBe('Rate limit exceeded. Max 1 requests per 3 seconds');
    for (let status = 429; status === 429;) {
      const sentAt = performance.now();
      status = (await a!.get('/api/v1/books/1')).status;
      // A caller who waits as long as requested is not refused.
      if (status === 429) expect(sentAt - refusedAt).toBeLessThan(3_000);
    }
    expect(performance.now() - askedAt).toBeGreaterThan(2_990);
  });

  it('pass the edge 50 times in both processes together', async () => {
    processes = await TwoProcesses.start({
      THROTTLE_DISABLED: 'false',
      EDGE_LIMIT: String(LIMIT),
      TRUST_PROXY: 'loopback',
      REDIS_URL: await emptyRedis(url, REDIS_NUMBER),
    });
    expect(await statuses(processes.both, '/nowhere', '192.0.2.1')).toEqual({ 404: LIMIT, 429: 150 });
    expect(await statuses(processes.both, '/api/v1/books', '192.0.2.1', 20)).toEqual({ 429: 20 });
    expect(await statuses(processes.both, '/api/v1/books', '192.0.2.2', 20)).toEqual({ 200: 20 });
  });
});
