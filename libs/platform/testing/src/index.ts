export { cpuMs } from './cpu-ms.js';
export { SOON } from './soon.js';
export { createTestDatabase, dropLeftovers } from './test-database.js';
export type { TestDatabase } from './test-database.js';
export { describeWithBrowser } from './browser.js';
export { forkSource, TestProcess } from './test-process.js';
export { SilentProxy } from './silent-proxy.js';
export { describeWithRedis, redisUrl } from './redis.js';
export { describeWithRedisServer, RedisServer } from './redis-server.js';
export {
  responseChecker,
  type CheckedDocument,
  type ResponseChecker,
  type ResponseHeaders,
} from './response-checker.js';
export { overlapping } from './overlapping.js';
