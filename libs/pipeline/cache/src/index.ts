export { Cached, type CachePolicy, cachePolicyOf, DropsCache, droppedTagsOf } from './cache-policy.js';
export { CacheGuard } from './cache.guard.js';
export { CacheInterceptor } from './cache.interceptor.js';
export { CacheStageModule } from './cache-stage.module.js';
export { DropCacheInterceptor } from './drop-cache.interceptor.js';
export { ResponseCache } from './response-cache.js';
