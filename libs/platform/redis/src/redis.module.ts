import { DynamicModule, Global, Module } from '@nestjs/common';
import { RedisConnection } from './redis-connection.js';

/** Makes one {@link RedisConnection} injectable everywhere, whether or not Redis is configured. */
@Global()
@Module({})
export class RedisModule {
  /**
   * @param url `redis://` or `rediss://`; `undefined` for none
   * @param prefix prefix of all keys
   */
  static forRoot(url: string | undefined, prefix?: string): DynamicModule {
    return {
      module: RedisModule,
      providers: [{ provide: RedisConnection, useFactory: () => new RedisConnection(url, prefix) }],
      exports: [RedisConnection],
    };
  }
}
