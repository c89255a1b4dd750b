import type { RedisConnection } from '@gatehouse/redis';
import { ErrorReply } from '@redis/client';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';
import { script, scriptSha1 } from './redis-throttle.script.js';
import { ThrottleStorage } from './throttle-storage.js';
import type { ThrottleVerdict } from './throttle-window.js';

type ScriptReply = [passed: 0 | 1, remaining: number, resetMs: number];

/**
 * Counts in Redis, jointly for all processes: with limit N, exactly N requests pass per window.
 *
 * **While Redis is unavailable** or refuses commands, requests are still answered and each process counts alone, so
 * at most limit × processes requests pass in any window. Neither store knows the other's counts: a key can start one
 * new window when Redis is lost and one when it returns. Blocks that this process knows remain in force either way.
 * Since a block cannot end early, a blocked key is refused from memory and a flood does not reach Redis.
 */
export class RedisThrottleStorage extends ThrottleStorage {
  constructor(
    private readonly redis: RedisConnection,
    private readonly memory = new MemoryThrottleStorage(),
    private readonly prefix = 'gatehouse:throttle:',
  ) {
    super();
  }

  override hit(
    key: string,
    limit: number,
    ttlMs: number,
    blockMs = ttlMs,
  ): ThrottleVerdict | Promise<ThrottleVerdict> {
    const block = this.memory.blockOf(key);
    if (block) return block;
    return this.redis.ready
      ? this.hitRedis(key, limit, ttlMs, blockMs)
      : this.memory.hit(key, limit, ttlMs, blockMs);
  }

  private async hitRedis(
    key: string,
    ...times: [limit: number, ttlMs: number, blockMs: number]
  ): Promise<ThrottleVerdict> {
    try {
      const verdict = await this.runScript(this.prefix + key, times);
      if (!verdict.passed) this.memory.block(key, verdict.resetMs);
      return verdict;
    } catch {
      return this.memory.hit(key, ...times);
    }
  }

  private async runScript(key: string, times: readonly number[]): Promise<ThrottleVerdict> {
    const options = { keys: [key], arguments: times.map(String) };
    const reply = await this.redis.run((client) =>
      client.evalSha(scriptSha1, options).catch((error: unknown) => {
        if (isMissingScript(error)) return client.eval(script, options);
        throw error;
      }),
    );
    const [passed, remaining, resetMs] = reply as ScriptReply;
    // A key in its last millisecond has a PTTL of 0.
    return { passed: passed === 1, remaining, resetMs: Math.max(1, resetMs) };
  }
}

function isMissingScript(error: unknown): boolean {
  return error instanceof ErrorReply && error.message.startsWith('NOSCRIPT');
}
