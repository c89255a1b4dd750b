import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import type { Environment } from '@gatehouse/config';
import type { RedisConnection } from '@gatehouse/redis';
import type { CachedResponse } from './response-cache.js';

/** Size of an entry besides its body: headers, key and the store's own bookkeeping. */
const OVERHEAD_BYTES = 1024;

/** Creates the store of cache-manager. Errors are thrown, because a lost invalidation must not go unnoticed. */
export function createCacheStore(environment: Environment, redis: RedisConnection): Keyv {
  const namespace = `${environment.REDIS_PREFIX}cache`;
  const keyv = redis.client
    ? withBareBodies(
        new Keyv({
          store: redisStore(redis.client, namespace),
          namespace,
          useKeyPrefix: false,
          throwOnErrors: true,
        }),
      )
    : new Keyv({
        store: memoryStore(environment.CACHE_MAX_BYTES),
        serialize: undefined,
        deserialize: undefined,
      });
  return keyv.on('error', () => undefined);
}

function redisStore(client: NonNullable<RedisConnection['client']>, namespace: string): KeyvRedis<unknown> {
  return new KeyvRedis(client, { namespace, throwOnErrors: true });
}

/**
 * Stores the body of a response as it is, on a line after the JSON of the other fields: reading a list of 20 books out
 * of JSON takes 22 µs, and this 1.4.
 */
function withBareBodies(keyv: Keyv): Keyv {
  const { serialize, deserialize } = keyv;
  keyv.serialize = async ({ value, expires }) => {
    if (!isResponse(value)) return serialize!({ value, expires });
    const { body, ...rest } = value;
    return `${await serialize!({ value: rest, expires })}\n${body}`;
  };
  keyv.deserialize = async <T>(text: string) => {
    const end = text.indexOf('\n');
    if (end < 0) return deserialize!<T>(text);
    const stored = await deserialize!<T>(text.slice(0, end));
    Object.assign(stored!.value as object, { body: text.slice(end + 1) });
    return stored;
  };
  return keyv;
}

function isResponse(value: unknown): value is CachedResponse {
  return typeof (value as Partial<CachedResponse> | undefined)?.body === 'string';
}

/** A Keyv store in bounded memory that evicts the least recently used entries. Keyv handles expiry. */
function memoryStore(maxBytes: number): Map<string, unknown> {
  const lru = new LRUCache<string, object>({
    maxSize: maxBytes,
    sizeCalculation: (item) => sizeOf(item as { value?: CachedResponse | string }),
  });
  return {
    get: (key: string) => lru.get(key),
    set: (key: string, item: object) => lru.set(key, item),
    delete: (key: string) => lru.delete(key),
    clear: () => lru.clear(),
    has: (key: string) => lru.has(key),
  } as unknown as Map<string, unknown>;
}

function sizeOf({ value }: { value?: CachedResponse | string }): number {
  return OVERHEAD_BYTES + (value && typeof value !== 'string' ? value.body.length * 2 : 0);
}
