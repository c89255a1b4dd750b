import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { RedisConnection } from '@gatehouse/redis';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RedisThrottleStorage } from './redis-throttle-storage.js';

const MINUTE = 60_000;

describeWithRedisServer('RedisThrottleStorage when Redis fails', () => {
  let server: RedisServer;
  let connections: RedisConnection[];
  let storages: RedisThrottleStorage[];

  /** Hits both storages in turn, which stand for two processes. */
  async function passing(times: number, key: string, limit: number): Promise<number> {
    const hits = Array.from({ length: times }, (_, i) => storages[i % 2]!.hit(key, limit, MINUTE));
    return (await Promise.all(hits)).filter(({ passed }) => passed).length;
  }

  beforeEach(async () => {
    Logger.overrideLogger(false);
    server = await RedisServer.reserve();
    await server.start();
    connections = [new RedisConnection(server.url), new RedisConnection(server.url)];
    storages = connections.map((connection) => new RedisThrottleStorage(connection));
    for (const connection of connections) connection.onModuleInit();
    await vi.waitUntil(() => connections.every(({ ready }) => ready), SOON);
  });
  afterEach(async () => {
    for (const connection of connections) connection.onApplicationShutdown();
    await server.stop();
  });

  it('counts per process while Redis is down, and jointly again when it is back', async () => {
    expect(await passing(50, 'before', 20)).toBe(20);

    await server.stop();
    await vi.waitUntil(() => connections.every(({ ready }) => !ready), SOON);
    expect(await passing(100, 'during', 20)).toBe(2 * 20);
    expect(await passing(10, 'before', 20)).toBe(0);

    await server.start();
    await vi.waitUntil(() => connections.every(({ ready }) => ready), SOON);
    expect(await passing(50, 'after', 20)).toBe(20);
  });

  it('answers every request during a connection loss, within the documented bound', async () => {
    let asked = 0;
    let passed = 0;
    const load = (async () => {
      while (asked < 20_000) {
        asked += 20;
        passed += await passing(20, 'break', 2_000);
        await sleep(1);
      }
    })();
    await sleep(50);
    await server.stop();
    await sleep(50);
    await server.start();
    await load;
    // One window in Redis, one in each process, and perhaps one more in the new, empty Redis.
    expect(passed).toBeGreaterThanOrEqual(2_000);
    expect(passed).toBeLessThanOrEqual(4 * 2_000);
  });

  it('does not wait for a Redis that hangs', async () => {
    server.freeze();
    expect(await passing(40, 'hang', 5)).toBe(2 * 5);
    // A detected outage is not detected again by each request.
    const commands = connections.map(({ client }) => vi.spyOn(client!, 'evalSha'));
    expect(await passing(40, 'hang', 5)).toBe(0);
    for (const command of commands) expect(command).not.toHaveBeenCalled();
    server.thaw();
    await vi.waitUntil(() => connections.every(({ ready }) => ready), SOON);
    expect(await passing(40, 'thawed', 5)).toBe(5);
  });

  it('counts in memory while Redis is full, and in Redis again afterwards', async () => {
    const admin = connections[0]!.client!;
    await admin.configSet('maxmemory', '1');
    expect(await passing(40, 'full', 5)).toBe(2 * 5);
    await admin.configSet('maxmemory', '0');
    await vi.waitUntil(() => connections.every(({ ready }) => ready), SOON);
    expect(await passing(40, 'room', 5)).toBe(5);
  });

  it('continues when Redis has lost the script', async () => {
    expect(await passing(10, 'known', 5)).toBe(5);
    await connections[0]!.client!.scriptFlush();
    expect(await passing(10, 'forgotten', 5)).toBe(5);
  });
});
