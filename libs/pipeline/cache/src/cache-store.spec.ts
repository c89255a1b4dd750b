import { randomUUID } from 'node:crypto';
import { Environment } from '@gatehouse/config';
import { RedisConnection } from '@gatehouse/redis';
import { describeWithRedis, SOON } from '@gatehouse/testing';
import type { Keyv } from 'keyv';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createCacheStore } from './cache-store.js';

it('evicts what was used least recently once its bytes are used up', async () => {
  const environment = Object.assign(new Environment(), { CACHE_MAX_BYTES: 1_000_000 });
  const store = createCacheStore(environment, new RedisConnection(undefined));
  // With two bytes a character and its headers, four fit.
  const response = { status: 200, headers: {}, body: 'x'.repeat(100_000), storedAt: 1, generations: [] };
  const keys = ['first', 'second', 'third', 'fourth'];
  for (const key of keys) await store.set(key, response);
  for (const key of keys.toReversed()) expect(await store.get(key)).toEqual(response);
  await store.set('fifth', response);
  const left = await Promise.all([...keys, 'fifth'].map((key) => store.has(key)));
  expect(left).toEqual([true, true, true, false, true]);
});

describeWithRedis('the cache in Redis', (redisUrl) => {
  const REDIS_PREFIX = `gatehouse:spec:${randomUUID()}:`;
  const redis = new RedisConnection(redisUrl);
  let store: Keyv;

  beforeAll(async () => {
    redis.onModuleInit();
    await vi.waitUntil(() => redis.ready, SOON);
    store = createCacheStore(Object.assign(new Environment(), { REDIS_PREFIX }), redis);
  });
  afterAll(async () => {
    await store.clear();
    redis.onApplicationShutdown();
  });

  it('stores the body of a response as it is, and returns the response unchanged', async () => {
    const body = '{"title":"Ångström \\"and\\"\\n:base64:"}\n\nnext';
    const response = { status: 200, headers: { etag: '"a"' }, body, storedAt: 1, generations: ['a', 'b'] };
    await store.set('entry', response, 60_000);
    expect(await store.get('entry')).toEqual(response);
    const [key] = await redis.client!.keys(`${REDIS_PREFIX}*`);
    expect(await redis.client!.get(key!)).toMatch(/\n\{"title":"Ångström .*\n\nnext$/s);
  });

  it.each([
    [':text\nwith lines'],
    [Buffer.from('bytes')],
    [null],
    [{ body: 5, note: 'a\nb' }],
    [{ body: '' }],
    [[1, 2]],
  ])('stores other values as Keyv does: %j', async (value) => {
    await store.set('value', value);
    expect((await store.get('value')) ?? null).toEqual(value);
  });
});
