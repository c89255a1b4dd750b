import { Inject, Injectable, Logger, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { CACHE_MANAGER } from '@nestjs/cache-manager';
import type { Cache } from 'cache-manager';
import { Environment } from '@gatehouse/config';
import { ProcessBus } from '@gatehouse/process-bus';
import { RedisConnection } from '@gatehouse/redis';
import type { CachePolicy } from './cache-policy.js';
import { RedisTagGenerations } from './redis-tag-generations.js';
import { MemoryTagGenerations, type TagGenerations } from './tag-generations.js';

/** A stored response, which a hit replays byte for byte. */
export interface CachedResponse {
  status: number;
  /** Headers set by the handler or the response stage; never `Set-Cookie`. */
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
  /** In milliseconds since the epoch. */
  storedAt: number;
  /** Generation of each tag before the handler ran. */
  generations: string[];
}

const RETRY_MS = 1000;
const EPOCH = 'epoch';
const DROPPED = 'cache-dropped';

/**
 * Cached responses with tags, in memory or in Redis.
 *
 * Each tag has a generation, a random name. An entry stores the generations that its tags had before its handler ran,
 * and is valid only while they are unchanged: invalidating a tag is one write regardless of the number of entries,
 * and a response computed during a write is never considered fresh.
 *
 * In Redis, entries and generations are shared. In memory, each process has its own, and the {@link ProcessBus}
 * distributes invalidations, including those of a process that has lost Redis. While Redis or the bus is unavailable,
 * reads miss and nothing is stored; before the store is trusted again, a new generation of the epoch, a tag of every
 * entry, makes up for missed invalidations.
 */
@Injectable()
export class ResponseCache implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(ResponseCache.name);
  private readonly generations: TagGenerations;
  private suspect = false;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    private readonly redis: RedisConnection,
    private readonly bus: ProcessBus,
    private readonly environment: Environment,
  ) {
    this.generations = redis.client
      ? new RedisTagGenerations(redis, `${environment.REDIS_PREFIX}{cache-tag}:`)
      : new MemoryTagGenerations();
  }

  onApplicationBootstrap(): void {
    this.bus.subscribe(DROPPED, (tags) => this.renewOrDistrust(tags.split(',')));
    if (this.redis.client) this.redis.onReconnect(() => void this.renewEpoch());
    else this.bus.onGap(() => void this.renewEpoch());
  }

  onModuleDestroy(): void {
    clearTimeout(this.retry);
  }

  /** Returns the entry of a key, and the generations with which a new entry for the same tags must be stored. */
  async read(key: string, tags: readonly string[]): Promise<{ hit?: CachedResponse; generations: string[] }> {
    if (!this.trusted) return { generations: [] };
    try {
      const all = [EPOCH, ...tags];
      const reading = this.run(() => this.cache.get<CachedResponse>(`entry:${key}`));
      const known = this.generations.read(all);
      const [hit, found] =
        known instanceof Promise ? await Promise.all([reading, known]) : [await reading, known];
      const isFresh = hit && found.every((generation, i) => generation && generation === hit.generations[i]);
      if (isFresh) return { hit, generations: hit.generations };
      return { generations: found.every(Boolean) ? (found as string[]) : await this.generations.start(all) };
    } catch (error) {
      this.logger.debug(`A cache read failed: ${String(error)}`);
      return { generations: [] };
    }
  }

  /** Stores an entry for `ttl` milliseconds. `entry.generations` are those returned by {@link read}. */
  async write(key: string, entry: CachedResponse, ttl: number): Promise<void> {
    if (!this.trusted || entry.generations.length === 0) return;
    try {
      await this.run(() => this.cache.set(`entry:${key}`, entry, ttl));
    } catch (error) {
      this.logger.debug(`A cache write failed: ${String(error)}`);
    }
  }

  /** Invalidates every entry that has one of the tags, in every process. */
  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    if (this.redis.client && (await this.renewed(tags))) return;
    await this.bus.publish(DROPPED, tags.join());
  }

  /**
   * Returns the `Cache-Control` header for a policy. Clients may store responses but must revalidate them, since
   * invalidations do not reach clients. A shared cache in front may answer by itself if the operator configures one.
   */
  controlOf({ shared, ttl }: CachePolicy): string {
    if (!shared) return 'private, no-cache';
    return this.environment.SHARED_CACHE
      ? `public, max-age=0, s-maxage=${Math.floor(ttl / 1000)}`
      : 'public, no-cache';
  }

  private get trusted(): boolean {
    return !this.suspect && (this.redis.client ? this.redis.ready : this.bus.connected);
  }

  /** Commands to Redis have a timeout; those to memory need none. */
  private run<T>(commands: () => Promise<T>): Promise<T> {
    return this.redis.client ? this.redis.run(commands) : commands();
  }

  private async renewed(tags: readonly string[]): Promise<boolean> {
    try {
      await this.generations.renew(tags);
      return true;
    } catch {
      return false;
    }
  }

  private async renewOrDistrust(tags: readonly string[]): Promise<void> {
    try {
      await this.generations.renew(tags);
    } catch (error) {
      if (!this.suspect)
        this.logger.warn(
          `The cache cannot invalidate ${tags.join(', ')} and stays off until it can: ${String(error)}`,
        );
      this.suspect = true;
      this.renewEpochSoon();
    }
  }

  private async renewEpoch(): Promise<void> {
    this.suspect = true;
    try {
      await this.generations.renew([EPOCH]);
      this.suspect = false;
    } catch {
      this.renewEpochSoon();
    }
  }

  private renewEpochSoon(): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.renewEpoch(), RETRY_MS).unref();
  }
}
