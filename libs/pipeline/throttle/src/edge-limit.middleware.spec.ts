import { Environment } from '@gatehouse/config';
import { RequestContext, sendProblem, useMiddlewares } from '@gatehouse/http';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { EdgeLimit } from './edge-limit.middleware.js';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';

let server: FastifyInstance;
let now = 0;

function start(settings: Partial<Environment>): MemoryThrottleStorage {
  const environment = Object.assign(new Environment(), settings);
  const storage = new MemoryThrottleStorage({ now: () => now });
  server = Fastify({ trustProxy: true });
  const context = {
    before: (request: FastifyRequest) =>
      void (request.gate = new RequestContext('id', { address: request.ip, protocol: 'http', host: '' })),
  };
  useMiddlewares(server, [context, new EdgeLimit(storage, environment)]);
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  server.get('/known', () => ({}));
  return storage;
}

const get = (url: string, ip = '10.0.0.1') => server.inject({ url, headers: { 'x-forwarded-for': ip } });

afterEach(() => server.close());

describe('EdgeLimit', () => {
  it('counts every request of an address, for known and unknown paths, and sets headers on its own 429 only', async () => {
    start({ EDGE_LIMIT: 3 });
    const passed = [await get('/known'), await get('/unknown'), await get('/known', '10.0.0.1')];
    expect(passed.map(({ statusCode }) => statusCode)).toEqual([200, 404, 200]);
    for (const { headers } of passed) expect(Object.keys(headers).join()).not.toMatch(/ratelimit|retry/);
    for (const url of ['/known', '/unknown']) {
      const refused = await get(url);
      expect(refused.statusCode).toBe(429);
      expect(refused.json().detail).toBe('Rate limit exceeded. Max 3 requests per 60 seconds');
      expect(refused.headers).toMatchObject({
        'retry-after': '60',
        'ratelimit-limit': '3',
        'ratelimit-remaining': '0',
      });
    }
    expect((await get('/known', '10.0.0.2')).statusCode).toBe(200);
  });

  it('lets the address in again after a minute', async () => {
    start({ EDGE_LIMIT: 1 });
    await get('/known');
    expect((await get('/known')).statusCode).toBe(429);
    now += 59_001;
    expect((await get('/known')).headers['retry-after']).toBe('1');
    now += 999;
    expect((await get('/known')).statusCode).toBe(200);
  });

  it('keeps counting but refuses nothing when limits are disabled for load tests', async () => {
    const storage = start({ EDGE_LIMIT: 1, THROTTLE_DISABLED: true });
    await get('/known');
    expect((await get('/known')).statusCode).toBe(200);
    expect(storage.hit('edge:10.0.0.1', 1_000_000, 60_000)).toMatchObject({ remaining: 999_997 });
  });
});
