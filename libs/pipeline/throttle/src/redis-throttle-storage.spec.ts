import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisConnection } from '@gatehouse/redis';
import { describeWithRedis, forkSource, SOON } from '@gatehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';
import { RedisThrottleStorage } from './redis-throttle-storage.js';
import { hit, type ThrottleVerdict, type ThrottleWindow } from './throttle-window.js';

/** Allowed difference between the clocks, including the time of earlier queries. */
const CLOCK_MS = 15;

const passed = (verdicts: ThrottleVerdict[]) => verdicts.filter((verdict) => verdict.passed).length;

describeWithRedis('RedisThrottleStorage', (redisUrl) => {
  const prefix = `gatehouse:throttle:spec:${randomUUID()}:`;
  const redis = new RedisConnection(redisUrl);
  const otherRedis = new RedisConnection(redisUrl);
  const newStorage = (connection = redis) =>
    new RedisThrottleStorage(connection, new MemoryThrottleStorage(), prefix);

  beforeAll(async () => {
    redis.onModuleInit();
    otherRedis.onModuleInit();
    await vi.waitUntil(() => redis.ready && otherRedis.ready, SOON);
  });
  afterAll(async () => {
    const keys = await redis.client!.keys(`${prefix}*`);
    if (keys.length > 0) await redis.client!.del(keys);
    redis.onApplicationShutdown();
    otherRedis.onApplicationShutdown();
  });

  it('admits exactly the limit out of 200 concurrent requests over two connections', async () => {
    const storages = [newStorage(), newStorage(otherRedis)];
    const hits = Array.from({ length: 200 }, (_, i) => storages[i % 2]!.hit('concurrent', 50, 60_000));
    const verdicts = await Promise.all(hits);
    expect(passed(verdicts)).toBe(50);
    const remaining = verdicts.filter((verdict) => verdict.passed).map((verdict) => verdict.remaining);
    expect(remaining.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it('admits exactly the limit from two processes together', async () => {
    const module = new URL('./redis-throttle-storage.child.ts', import.meta.url);
    const key = randomUUID();
    const processes = [0, 1].map(() => forkSource(module, [redisUrl, key, '50', '60000', '200']));
    await Promise.all(processes.map((child) => once(child, 'message')));
    const answers = processes.map((child) => once(child, 'message'));
    for (const child of processes) child.send('go');
    const counts = (await Promise.all(answers)).map(([count]) => count as number);
    await redis.client!.del(`gatehouse:throttle:${key}`);
    expect(counts[0]! + counts[1]!).toBe(50);
  });

  it('matches the model for any sequence of hits and pauses', async () => {
    const ttl = 60;
    const step = fc.record({ key: fc.nat(1), pause: fc.constantFrom(0, 0, 0, 20, 45, 75) });
    const steps = fc.array(step, { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, async (limit, sequence) => {
        const run = randomUUID();
        /** How much later each window may end on Redis's clock: Redis handled the query some time after `before`. */
        const models = new Map<number, { window: ThrottleWindow; later: number }>();
        const storages = [newStorage(), newStorage(otherRedis)];
        for (const [i, { key, pause }] of sequence.entries()) {
          await sleep(pause);
          const before = Date.now();
          const { window, later = 0 } = models.get(key) ?? {};
          const verdict = await storages[i % 2]!.hit(`${run}:${key}`, limit, ttl);
          const asking = Date.now() - before + CLOCK_MS;
          // A window that ends during the query may or may not have ended when Redis looked.
          if (window && window.resetsAt + later > before - CLOCK_MS && window.resetsAt < before + asking)
            return;
          const expected = hit(window, limit, ttl, before);
          expect(verdict).toMatchObject({ passed: expected.passed, remaining: expected.remaining });
          expect(Math.abs(verdict.resetMs - expected.resetMs)).toBeLessThanOrEqual(asking + later);
          models.set(key, {
            window: { ...expected.window, resetsAt: before + verdict.resetMs },
            later: asking,
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('blocks for one ttl from the request that exceeds, in every process, and does not extend the block', async () => {
    const [here, there] = [newStorage(), newStorage(otherRedis)];
    await here.hit('block', 1, 2_000);
    await sleep(500);
    const before = performance.now();
    expect(await here.hit('block', 1, 2_000)).toEqual({ passed: false, remaining: 0, resetMs: 2_000 });
    const after = performance.now();
    let verdict: ThrottleVerdict;
    let sentAt: number;
    do {
      await sleep(50);
      sentAt = performance.now();
      verdict = await there.hit('block', 1, 2_000);
      if (!verdict.passed) expect(verdict.resetMs).toBeLessThanOrEqual(2_000 - (sentAt - after) + CLOCK_MS);
    } while (!verdict.passed && sentAt - after < 2_000 + CLOCK_MS);
    expect(verdict.passed).toBe(true);
    expect(performance.now() - before).toBeGreaterThan(2_000 - CLOCK_MS);
    expect((await here.hit('block', 1, 2_000)).passed).toBe(false);
  });

  it('does not query Redis for a key that it knows is blocked', async () => {
    const storage = newStorage();
    await storage.hit('flood', 1, 60_000);
    await storage.hit('flood', 1, 60_000);
    const run = vi.spyOn(redis, 'run');
    expect(storage.hit('flood', 1, 60_000)).toMatchObject({ passed: false });
    expect(run).not.toHaveBeenCalled();
    run.mockRestore();
  });

  it('leaves no key without an expiry', async () => {
    const storage = newStorage();
    await storage.hit('counts', 3, 60_000);
    await storage.hit('counts', 3, 60_000);
    await storage.hit('blocks', 1, 60_000);
    await storage.hit('blocks', 1, 60_000);
    for (const key of ['counts', 'blocks']) {
      const ttl = await redis.client!.pTTL(prefix + key);
      expect(ttl).toBeGreaterThan(0);
      expect(ttl).toBeLessThanOrEqual(60_000);
    }
  });
});
