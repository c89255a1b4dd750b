import { randomUUID } from 'node:crypto';
import { RedisConnection } from '@gatehouse/redis';
import { describeWithRedis, SOON } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisTagGenerations } from './redis-tag-generations.js';
import { MemoryTagGenerations, type TagGenerations } from './tag-generations.js';

function itKeepsGenerations(generationsOf: () => TagGenerations): void {
  it('has no generation for a tag until it is started, and then keeps it', async () => {
    const generations = generationsOf();
    expect(await generations.read(['kept'])).toEqual([undefined]);
    const [first] = await generations.start(['kept']);
    expect(first).toBeDefined();
    expect(await generations.read(['kept', 'unknown'])).toEqual([first, undefined]);
    const [again, other] = await generations.start(['kept', 'other']);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('renews only the given tags', async () => {
    const generations = generationsOf();
    const [dropped, left] = await generations.start(['dropped', 'left']);
    await generations.renew(['dropped']);
    const [renewed, same] = await generations.read(['dropped', 'left']);
    expect(renewed).not.toBe(dropped);
    expect(same).toBe(left);
  });
}

describe('MemoryTagGenerations', () => {
  const generations = new MemoryTagGenerations();
  itKeepsGenerations(() => generations);
});

describeWithRedis('RedisTagGenerations', (redisUrl) => {
  const prefix = `gatehouse:cache-tag:spec:${randomUUID()}:`;
  const connections = [new RedisConnection(redisUrl), new RedisConnection(redisUrl)] as const;
  const ours = new RedisTagGenerations(connections[0], prefix);
  const theirs = new RedisTagGenerations(connections[1], prefix);

  beforeAll(async () => {
    for (const redis of connections) redis.onModuleInit();
    await vi.waitUntil(() => connections.every(({ ready }) => ready), SOON);
  });
  afterAll(async () => {
    const { client } = connections[0];
    const keys = await client!.keys(`${prefix}*`);
    if (keys.length > 0) await client!.del(keys);
    for (const redis of connections) redis.onApplicationShutdown();
  });

  itKeepsGenerations(() => ours);

  it('gives the same first generation to all concurrent callers, in any process', async () => {
    for (let round = 0; round < 50; round++) {
      const started = await Promise.all(
        [ours, theirs, ours, theirs].map((generations) => generations.start([`round-${round}`])),
      );
      expect(new Set(started.flat()).size).toBe(1);
      expect(await ours.read([`round-${round}`])).toEqual(started[0]);
    }
  });
});
