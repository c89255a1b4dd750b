export {
  Cached,
  type CachePolicy,
  cachePolicyOf,
  InvalidatesCache,
  invalidatedTagsOf,
} from './cache-policy.js';
export { CacheGuard } from './cache.guard.js';
export { CacheInterceptor } from './cache.interceptor.js';
export { CacheStageModule } from './cache-stage.module.js';
export { InvalidateCacheInterceptor } from './invalidate-cache.interceptor.js';
export { ResponseCache } from './response-cache.js';
