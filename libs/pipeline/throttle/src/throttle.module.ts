import { Global, Module } from '@nestjs/common';
import { seconds, ThrottlerModule, ThrottlerStorage } from '@nestjs/throttler';
import { Environment } from '@gatehouse/config';
import { RedisConnection } from '@gatehouse/redis';
import { createThrottleStorage } from './create-throttle-storage.js';
import { EdgeLimit } from './edge-limit.middleware.js';
import { ThrottleGuard } from './throttle.guard.js';
import { ThrottlePolicies } from './throttle-policies.js';
import { ThrottleStorage } from './throttle-storage.js';

/** The throttle stage and the edge limit. Needs `ConfigModule` and `RedisModule`. */
@Global()
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [RedisConnection, Environment],
      useFactory: (
        redis: RedisConnection,
        { THROTTLE_LIMIT, THROTTLE_TTL_SECONDS, REDIS_PREFIX }: Environment,
      ) => ({
        throttlers: [{ limit: THROTTLE_LIMIT, ttl: seconds(THROTTLE_TTL_SECONDS) }],
        storage: createThrottleStorage(redis, REDIS_PREFIX),
      }),
    }),
  ],
  providers: [
    ThrottleGuard,
    ThrottlePolicies,
    { provide: ThrottleStorage, useExisting: ThrottlerStorage },
    {
      provide: EdgeLimit,
      // A separate storage, so that a flood of addresses cannot evict the counts of the routes.
      useFactory: (redis: RedisConnection, environment: Environment) =>
        new EdgeLimit(createThrottleStorage(redis, environment.REDIS_PREFIX), environment),
      inject: [RedisConnection, Environment],
    },
  ],
  exports: [ThrottlerModule, ThrottleGuard, ThrottlePolicies, ThrottleStorage, EdgeLimit],
})
export class ThrottleModule {}
