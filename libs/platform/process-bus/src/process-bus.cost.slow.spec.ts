import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@gatehouse/testing';
import { ProcessBus } from './process-bus.js';

const ROUNDS = 40;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  vi.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await database.drop();
});

/** All buses share this process and its thread, so this is an upper bound of the cost in separate processes. */
it.each([2, 10, 25, 50])('a publication among %i processes', async (count) => {
  const buses = Array.from({ length: count }, () => new ProcessBus(database.url));
  try {
    for (const bus of buses) await bus.start();
    const [publisher] = buses;
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const startedAt = performance.now();
      await publisher!.publish('topic', String(i));
      times.push(performance.now() - startedAt);
    }
    const [median, worst] = [0.5, 0.95].map((part) => times.toSorted((a, b) => a - b)[ROUNDS * part]!);
    process.stdout.write(
      `${count} processes: ${median!.toFixed(1)} ms, 19 of 20 within ${worst!.toFixed(1)} ms\n`,
    );
    // The time after which a process counts as gone.
    expect(median).toBeLessThan(1_000);
  } finally {
    await Promise.all(buses.map((bus) => bus.close()));
  }
});
