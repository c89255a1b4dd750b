export { createTestDatabase } from '@gatehouse/database/testing';
export type { TestDatabase } from '@gatehouse/database/testing';
export { describeWithBrowser } from './browser.js';
export { forkSource } from './fork-source.js';
export { describeWithRedis, redisUrl } from './redis.js';
export { describeWithRedisServer, RedisServer } from './redis-server.js';
export {
  responseChecker,
  type CheckedDocument,
  type ResponseChecker,
  type ResponseHeaders,
} from './response-checker.js';
export { overlapping } from './overlapping.js';
