import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { describe, expect, it } from 'vitest';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';

@Controller()
class HelloController {
  @Get()
  hello() {
    return 'hello';
  }
}

describe('ThrottleStorage as a ThrottlerStorage', () => {
  it('serves the guard of @nestjs/throttler', async () => {
    const storage = new MemoryThrottleStorage();
    @Module({
      imports: [ThrottlerModule.forRoot({ throttlers: [{ limit: 2, ttl: 60_000 }], storage })],
      controllers: [HelloController],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    })
    class AppModule {}
    const adapter = new FastifyAdapter({ skipMiddie: true });
    const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, { logger: false });
    await app.init();
    const responses = [await app.inject('/'), await app.inject('/'), await app.inject('/')];
    expect(responses.map((response) => response.statusCode)).toEqual([200, 200, 429]);
    expect(responses[0]!.headers).toMatchObject({ 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '60' });
    expect(responses[2]!.headers['retry-after']).toBe('60');
    await app.close();
  });

  it('blocks for a different duration than the window when asked to', async () => {
    let now = 0;
    const storage = new MemoryThrottleStorage({ now: () => now });
    const increment = () => storage.increment('key', 1_000, 1, 5_000);
    expect(await increment()).toMatchObject({ isBlocked: false, timeToExpire: 1 });
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 5 });
    now = 4_999;
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    now = 5_000;
    expect(await increment()).toMatchObject({ isBlocked: false, totalHits: 1 });
  });
});
