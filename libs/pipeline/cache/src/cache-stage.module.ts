import { Global, Module } from '@nestjs/common';
import { CacheModule } from '@nestjs/cache-manager';
import { Environment } from '@gatehouse/config';
import { RedisConnection } from '@gatehouse/redis';
import { CacheGuard } from './cache.guard.js';
import { CacheInterceptor } from './cache.interceptor.js';
import { createCacheStore } from './cache-store.js';
import { InvalidateCacheInterceptor } from './invalidate-cache.interceptor.js';
import { ResponseCache } from './response-cache.js';

/** The cache stage, backed by Redis when it is configured, otherwise by the memory of this process. */
@Global()
@Module({
  imports: [
    CacheModule.registerAsync({
      isGlobal: true,
      inject: [Environment, RedisConnection],
      useFactory: (environment: Environment, redis: RedisConnection) => ({
        stores: [createCacheStore(environment, redis)],
      }),
    }),
  ],
  providers: [ResponseCache, CacheGuard, CacheInterceptor, InvalidateCacheInterceptor],
  exports: [ResponseCache, CacheGuard, CacheInterceptor, InvalidateCacheInterceptor],
})
export class CacheStageModule {}
