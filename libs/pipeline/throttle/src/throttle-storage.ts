import type { ThrottlerStorage } from '@nestjs/throttler';
import { toSeconds } from './duration.js';
import type { ThrottleVerdict } from './throttle-window.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests. Also a `ThrottlerStorage`, so that it can be given to the `ThrottlerModule` of
 * `@nestjs/throttler` where an application has guards of that library.
 */
export abstract class ThrottleStorage implements ThrottlerStorage {
  /**
   * Counts one request of `key`, atomically, and says whether it passes.
   *
   * @param limit requests per window, at least 1
   * @param ttlMs length of the window and of the block, in milliseconds
   * @returns a promise only when the answer is not known at once
   */
  abstract hit(key: string, limit: number, ttlMs: number): ThrottleVerdict | Promise<ThrottleVerdict>;

  /** Takes back one request that was counted and passed. A block stays. */
  abstract giveBack(key: string): void | Promise<void>;

  /** Forgets a key, its block included. Another process that has refused it may do so until the block ends. */
  abstract reset(key: string): void | Promise<void>;

  /** @throws {Error} when `blockDuration` is not `ttl`: a block always lasts one window here */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerStorageRecord> {
    if (blockDuration !== ttl) throw new Error(`blockDuration must be ttl (${ttl}), but is ${blockDuration}`);
    const { passed, remaining, resetMs } = await this.hit(`${throttlerName}:${key}`, limit, ttl);
    const seconds = toSeconds(resetMs);
    return {
      totalHits: passed ? limit - remaining : limit + 1,
      timeToExpire: seconds,
      isBlocked: !passed,
      timeToBlockExpire: passed ? 0 : seconds,
    };
  }
}
