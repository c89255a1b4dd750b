import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CallHandler,
  Controller,
  ExecutionContext,
  Get,
  Injectable,
  Module,
  Post,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { map } from 'rxjs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ConfigModule, Environment } from '@gatehouse/config';
import { DatabaseModule } from '@gatehouse/database';
import { RequestContext, requestOf } from '@gatehouse/http';
import { ProcessBus, ProcessBusModule } from '@gatehouse/process-bus';
import { RedisModule } from '@gatehouse/redis';
import { createTestDatabase, SOON, type TestDatabase } from '@gatehouse/testing';
import { Cached, InvalidatesCache } from './cache-policy.js';
import { CacheStageModule } from './cache-stage.module.js';
import { CacheInterceptor } from './cache.interceptor.js';
import { InvalidateCacheInterceptor } from './invalidate-cache.interceptor.js';

/** Distinguishes entries by language as well. */
@Injectable()
class ByLanguage extends CacheInterceptor {
  protected override trackBy(context: ExecutionContext): string | undefined {
    const key = super.trackBy(context);
    return key && `${key} ${requestOf(context).headers['accept-language']}`;
  }
}

/** Serialises the response to the cached text, as the response stage does. */
class Text {
  intercept(_: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((result: unknown) => JSON.stringify(result)));
  }
}

@Controller()
class CountingController {
  calls = 0;
  /** A promise that the handler of `slow` awaits. */
  gate: Promise<void> | undefined;

  @UseInterceptors(CacheInterceptor, Text)
  @Cached({ ttl: 60_000, tags: ['numbers'] })
  @Get('number')
  number() {
    return ++this.calls;
  }

  @UseInterceptors(CacheInterceptor, Text)
  @Cached({ ttl: 60_000, tags: ['numbers'] })
  @Get('slow')
  async slow() {
    const call = ++this.calls;
    await this.gate;
    return call;
  }

  @UseInterceptors(ByLanguage, Text)
  @Cached({ ttl: 60_000, tags: ['numbers'] })
  @Get('word')
  word() {
    return ++this.calls;
  }

  @UseInterceptors(InvalidateCacheInterceptor)
  @InvalidatesCache(['numbers'])
  @Post('number')
  write() {}
}

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  @Module({
    imports: [
      ConfigModule.forRoot(new Environment()),
      RedisModule.forRoot(undefined),
      DatabaseModule.forRoot({ url: database.url, entities: [], poolSize: 2 }),
      ProcessBusModule.forRoot(database.url),
      CacheStageModule,
    ],
    controllers: [CountingController],
  })
  class AppModule {}
  app = await NestFactory.create(AppModule, new FastifyAdapter({ skipMiddie: true } as object), {
    logger: false,
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _, done) => {
      request.gate = new RequestContext('id');
      done();
    });
  await app.init();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const get = async (url: string, headers = {}) => {
  const { body, headers: answered } = await app.inject({ url, headers });
  return [answered['x-cache'], body];
};

it('works without the early read of the guard', async () => {
  expect(await get('/number')).toEqual(['MISS', '1']);
  expect(await get('/number')).toEqual(['HIT', '1']);
  await app.inject({ method: 'POST', url: '/number' });
  expect(await get('/number')).toEqual(['MISS', '2']);
});

it('distinguishes entries by more in a subclass', async () => {
  const german = await get('/word', { 'accept-language': 'de' });
  const english = await get('/word', { 'accept-language': 'en' });
  expect([german[0], english[0]]).toEqual(['MISS', 'MISS']);
  expect(english[1]).not.toBe(german[1]);
  expect(await get('/word', { 'accept-language': 'de' })).toEqual(['HIT', german[1]]);
});

it('runs the handler once for all waiting requests, after their arrival, when it cannot detect writes', async () => {
  const controller = app.get(CountingController);
  vi.spyOn(app.get(ProcessBus), 'connected', 'get').mockReturnValue(false);
  const before = controller.calls;
  const open = Promise.withResolvers<void>();
  controller.gate = open.promise;
  const first = get('/slow');
  await vi.waitFor(() => expect(controller.calls).toBe(before + 1), SOON);
  const others = Array.from({ length: 20 }, () => get('/slow'));
  await sleep(50);
  expect(controller.calls).toBe(before + 1);
  open.resolve();
  expect(await first).toEqual(['MISS', String(before + 1)]);
  for (const answer of await Promise.all(others)) expect(answer).toEqual(['MISS', String(before + 2)]);
  expect(await get('/slow')).toEqual(['MISS', String(before + 3)]);
});
