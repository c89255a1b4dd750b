import { hit, type ThrottleVerdict } from './throttle-window.js';
import { ThrottleStorage } from './throttle-storage.js';
import { WindowTable } from './window-table.js';

export interface MemoryThrottleOptions {
  /** Maximum number of counting keys, and of blocked keys; about 20 MB for each when full. */
  capacity?: number;
  /** A monotonic clock in whole milliseconds. */
  now?: () => number;
}

/**
 * Whole milliseconds, so that adding and subtracting a duration is exact: 60000.00000001 ms would round up to 61
 * seconds.
 */
const monotonicMs = (): number => Math.floor(performance.now());

/**
 * Counts in this process, synchronously and in bounded memory. Blocked keys have a separate table, so that a flood of
 * new keys can evict counts but no blocks: ending a block early takes as many *other* blocked callers as the table
 * holds.
 */
export class MemoryThrottleStorage extends ThrottleStorage {
  private readonly counting: WindowTable;
  private readonly blocked: WindowTable;
  private readonly now: () => number;

  constructor({ capacity = 100_000, now = monotonicMs }: MemoryThrottleOptions = {}) {
    super();
    this.counting = new WindowTable(capacity);
    this.blocked = new WindowTable(capacity);
    this.now = now;
  }

  /** Number of keys in memory, including expired ones that have not been swept yet. */
  get size(): number {
    return this.counting.size + this.blocked.size;
  }

  override hit(key: string, limit: number, ttlMs: number, blockMs = ttlMs): ThrottleVerdict {
    const now = this.now();
    const block = this.blocked.get(key);
    const next = hit(block ?? this.counting.get(key), limit, ttlMs, now, blockMs);
    if (next.window === block) return next;
    if (next.passed) {
      if (block) this.blocked.delete(key);
      this.counting.set(key, next.window, now);
    } else {
      this.counting.delete(key);
      this.blocked.set(key, next.window, now);
    }
    return next;
  }

  /** Returns the verdict for a blocked key, `undefined` for any other. Does not count. */
  blockOf(key: string): ThrottleVerdict | undefined {
    const block = this.blocked.get(key);
    if (!block) return undefined;
    const resetMs = block.resetsAt - this.now();
    return resetMs > 0 ? { passed: false, remaining: 0, resetMs } : undefined;
  }

  /** Blocks a key for `ms` milliseconds from now. */
  block(key: string, ms: number): void {
    const now = this.now();
    this.counting.delete(key);
    this.blocked.set(key, { hits: 0, resetsAt: now + ms, blocked: true }, now);
  }
}
