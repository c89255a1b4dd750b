import { createClient, type RedisClientType } from '@redis/client';
import { sharedLookup } from './shared-lookup.js';

const CONNECT_TIMEOUT_MS = 1_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;
const PING_INTERVAL_MS = 1_000;
const SILENCE_MS = 2_500;

/**
 * Creates a client that refuses commands while disconnected, detects a silent server, and reconnects indefinitely.
 */
export function createRedisClient(url: string): RedisClientType {
  return createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL_MS,
    socket: {
      lookup: sharedLookup(),
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(FIRST_RETRY_MS * 2 ** retries, LAST_RETRY_MS),
    },
  });
}
