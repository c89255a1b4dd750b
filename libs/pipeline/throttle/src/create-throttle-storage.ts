import type { RedisConnection } from '@gatehouse/redis';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';
import { RedisThrottleStorage } from './redis-throttle-storage.js';
import type { ThrottleStorage } from './throttle-storage.js';

/**
 * Uses Redis when it is configured, otherwise the memory of this process.
 * @param prefix prefix of all keys in Redis
 */
export function createThrottleStorage(redis: RedisConnection, prefix: string): ThrottleStorage {
  if (!redis.client) return new MemoryThrottleStorage();
  return new RedisThrottleStorage(redis, new MemoryThrottleStorage(), `${prefix}throttle:`);
}
