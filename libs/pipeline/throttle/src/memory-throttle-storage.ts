import { hit, type ThrottleVerdict } from './throttle-window.js';
import { ThrottleStorage } from './throttle-storage.js';
import { WindowTable } from './window-table.js';

export interface MemoryThrottleOptions {
  /** Most keys to remember as counting, and as blocked; about 20 MB for each when full. */
  capacity?: number;
  /** Whole milliseconds of a clock that is never set back. */
  now?: () => number;
}

/** Whole, so that a duration added and taken away again is the same: 60000.00000001 ms would be 61 seconds. */
const monotonicMs = (): number => Math.floor(performance.now());

/**
 * Counts in this process, and answers at once.
 *
 * Memory is bounded. Blocked keys have a table of their own, so that a flood of new keys can push out counts but
 * no block: to end a block early takes as many *other* blocked callers as the table holds.
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

  /** Keys remembered now, those included whose time is over and which have not been swept yet. */
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

  /** The verdict for a key that is blocked, and `undefined` for any other. Counts nothing. */
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
