import { randomUUID } from 'node:crypto';
import type { RedisClientType } from '@redis/client';
import type { RedisConnection } from '@gatehouse/redis';
import type { TagGenerations } from './tag-generations.js';

/** Longer than the lifetime of any entry. */
const DAY_MS = 86_400_000;

/**
 * Generations in Redis, shared by all processes. Each call is one round trip. @throws as {@link RedisConnection.run}
 * does
 */
export class RedisTagGenerations implements TagGenerations {
  /** @param prefix prefix with a hash tag, since a cluster supports multi-key commands only within one slot */
  constructor(
    private readonly redis: RedisConnection,
    private readonly prefix: string,
  ) {}

  read(tags: readonly string[]): Promise<(string | undefined)[]> {
    return this.redis.run(async (client) =>
      (await this.get(client, tags)).map((found) => found ?? undefined),
    );
  }

  /** `NX`: when several processes start a tag at once, only one succeeds. */
  start(tags: readonly string[]): Promise<string[]> {
    return this.redis.run(async (client) => {
      const starting = tags.map((tag) => client.set(this.keyOf(tag), randomUUID(), { NX: true, PX: DAY_MS }));
      const started = this.get(client, tags);
      await Promise.all(starting);
      return (await started) as string[];
    });
  }

  renew(tags: readonly string[]): Promise<void> {
    return this.redis.run(async (client) => {
      await Promise.all(tags.map((tag) => client.set(this.keyOf(tag), randomUUID(), { PX: DAY_MS })));
    });
  }

  private get(client: RedisClientType, tags: readonly string[]): Promise<(string | null)[]> {
    return client.mGet(tags.map((tag) => this.keyOf(tag)));
  }

  private keyOf(tag: string): string {
    return `${this.prefix}${tag}`;
  }
}
