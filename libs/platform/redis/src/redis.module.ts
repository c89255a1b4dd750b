import { DynamicModule, Global, Module } from '@nestjs/common';
import { RedisConnection } from './redis-connection.js';

/** Makes one {@link RedisConnection} injectable everywhere, with or without a Redis behind it. */
@Global()
@Module({})
export class RedisModule {
  /** @param url `redis://` or `rediss://`; `undefined` for none */
  static forRoot(url: string | undefined): DynamicModule {
    return {
      module: RedisModule,
      providers: [{ provide: RedisConnection, useFactory: () => new RedisConnection(url) }],
      exports: [RedisConnection],
    };
  }
}
