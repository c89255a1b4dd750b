import type { ThrottlerStorage } from '@nestjs/throttler';
import type { ThrottleVerdict } from './throttle-window.js';

type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counts requests, for `@nestjs/throttler` and for other limits. */
export abstract class ThrottleStorage implements ThrottlerStorage {
  /**
   * Counts one request of `key`, atomically, and decides whether it passes.
   * @param limit requests per window, at least 1
   * @param ttlMs length of the window in milliseconds
   * @param blockMs length of the block after the window is exceeded, in milliseconds
   * @returns a promise only when the verdict is not known synchronously
   */
  abstract hit(
    key: string,
    limit: number,
    ttlMs: number,
    blockMs?: number,
  ): ThrottleVerdict | Promise<ThrottleVerdict>;

  /** The interface of `@nestjs/throttler`: takes milliseconds, returns seconds. */
  async increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
  ): Promise<ThrottlerStorageRecord> {
    const { passed, remaining, resetMs } = await this.hit(key, limit, ttl, blockDuration);
    const seconds = toSeconds(resetMs);
    return {
      totalHits: passed ? limit - remaining : limit + 1,
      timeToExpire: seconds,
      isBlocked: !passed,
      timeToBlockExpire: passed ? 0 : seconds,
    };
  }
}

/** Converts milliseconds to whole seconds, rounded up, for headers. */
export const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);
