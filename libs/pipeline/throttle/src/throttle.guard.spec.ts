import { randomUUID } from 'node:crypto';
import { Controller, Get, Injectable, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { minutes, SkipThrottle, Throttle, ThrottlerModule } from '@nestjs/throttler';
import { ConfigModule, Environment } from '@gatehouse/config';
import { type Principal, ProblemFilter, RequestContext } from '@gatehouse/http';
import { RedisConnection, RedisModule } from '@gatehouse/redis';
import { describeWithRedis, SOON } from '@gatehouse/testing';
import type { FastifyRequest } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryThrottleStorage } from './memory-throttle-storage.js';
import { ThrottleGuard } from './throttle.guard.js';
import { ThrottleModule } from './throttle.module.js';
import { ThrottlePolicies } from './throttle-policies.js';
import { ThrottleStorage } from './throttle-storage.js';

@Controller()
class RoutesController {
  @Get('default')
  default() {
    return {};
  }

  @Get('own/:id')
  @Throttle({ default: { limit: 3, ttl: minutes(2) } })
  own() {
    return {};
  }

  @Get('more')
  @Throttle({ default: { limit: 20, ttl: minutes(1) } })
  more() {
    return {};
  }

  @Get('varying')
  @Throttle({
    default: { limit: (context) => Number(context.switchToHttp().getRequest().headers['x-limit']) },
  })
  varying() {
    return {};
  }

  @Get('tracked')
  @Throttle({
    default: {
      limit: 1,
      blockDuration: minutes(5),
      getTracker: (request) => request['headers']['x-tracker'],
      generateKey: (_context, tracker) => `tracked ${tracker}`,
    },
  })
  tracked() {
    return {};
  }

  @Get('free')
  @SkipThrottle()
  free() {
    return {};
  }
}

@Throttle({ default: { limit: 2, ttl: minutes(1) } })
@Controller('strict')
class StrictController {
  @Get()
  limited() {
    return {};
  }

  @SkipThrottle()
  @Get('free')
  free() {
    return {};
  }
}

/** Counts by API key, as a subclass of the guard can. */
@Injectable()
class ApiKeyThrottleGuard extends ThrottleGuard {
  protected override async getTracker(request: FastifyRequest): Promise<string> {
    return String(request.headers['x-api-key']);
  }
}

let now: number;
let app: NestFastifyApplication;

async function start(
  settings: Partial<Environment> = {},
  guard: typeof ThrottleGuard = ThrottleGuard,
): Promise<void> {
  now = 0;
  const environment = Object.assign(
    new Environment(),
    { THROTTLE_LIMIT: 5, THROTTLE_TTL_SECONDS: 60 },
    settings,
  );
  @Module({
    imports: [ConfigModule.forRoot(environment), RedisModule.forRoot(environment.REDIS_URL), ThrottleModule],
    controllers: [RoutesController, StrictController],
    providers: [
      { provide: APP_GUARD, useClass: guard },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  })
  class AppModule {}
  await open(AppModule);
  Object.assign(app.get(ThrottleStorage), { now: () => now });
}

async function open(module: Type): Promise<void> {
  const adapter = new FastifyAdapter({ skipMiddie: true, trustProxy: true });
  app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, _, done) => {
      request.gate = new RequestContext('id', { address: request.ip, protocol: 'http', host: '' });
      const user = request.headers['x-user'];
      if (user)
        request.gate.principal = { id: user, username: user, role: 'user', can: () => false } as Principal;
      done();
    });
  await app.init();
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
const from = (ip: string) => ({ 'x-forwarded-for': ip });

async function statuses(times: number, url: string, headers?: Record<string, string>): Promise<number[]> {
  const responses = [];
  for (let i = 0; i < times; i++) responses.push((await get(url, headers)).statusCode);
  return responses;
}

afterEach(() => app.close());

describe('ThrottleGuard', () => {
  it('limits a route by default, with exact headers', async () => {
    await start();
    for (const remaining of [4, 3, 2, 1, 0]) {
      const { statusCode, headers } = await get('/default');
      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'ratelimit-limit': '5',
        'ratelimit-remaining': String(remaining),
        'ratelimit-reset': '60',
      });
      expect(headers).not.toHaveProperty('retry-after');
    }
    const refused = await get('/default');
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({
      type: '/problems/rate-limit-exceeded',
      title: 'Rate limit exceeded',
      status: 429,
      detail: 'Rate limit exceeded. Max 5 requests per 60 seconds',
    });
    expect(refused.headers).toMatchObject({
      'ratelimit-limit': '5',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '60',
      'retry-after': '60',
    });
  });

  it('replaces the default by a route’s own, lower or higher', async () => {
    await start();
    expect(await statuses(4, '/own/1')).toEqual([200, 200, 200, 429]);
    expect((await get('/own/1')).json().detail).toBe('Rate limit exceeded. Max 3 requests per 120 seconds');
    expect(await statuses(21, '/more')).toEqual([...Array(20).fill(200), 429]);
    expect((await get('/free')).headers).not.toHaveProperty('ratelimit-limit');
    expect(new Set(await statuses(30, '/free'))).toEqual(new Set([200]));
  });

  it('counts per route, not per path', async () => {
    await start();
    expect(await statuses(3, '/own/1')).toEqual([200, 200, 200]);
    expect((await get('/own/2?x=1')).statusCode).toBe(429);
  });

  it('counts down in the headers, rounding up, and opens the next window on time', async () => {
    await start();
    expect((await get('/default')).headers['ratelimit-reset']).toBe('60');
    now = 1;
    expect((await get('/default')).headers['ratelimit-reset']).toBe('60');
    now = 1_000;
    expect((await get('/default')).headers['ratelimit-reset']).toBe('59');
    now = 59_999;
    expect((await get('/default')).headers).toMatchObject({
      'ratelimit-reset': '1',
      'ratelimit-remaining': '1',
    });
    now = 60_000;
    expect((await get('/default')).headers).toMatchObject({
      'ratelimit-reset': '60',
      'ratelimit-remaining': '4',
    });
  });

  it('blocks for a full window from the request that exceeds the limit; refused requests do not extend it', async () => {
    await start();
    await statuses(5, '/default');
    now = 50_000;
    expect((await get('/default')).headers['retry-after']).toBe('60');
    now = 60_500;
    expect((await get('/default')).headers['retry-after']).toBe('50');
    expect(await statuses(50, '/default')).toEqual(Array(50).fill(429));
    now = 109_999;
    expect((await get('/default')).headers['retry-after']).toBe('1');
    now = 110_000;
    expect(await statuses(6, '/default')).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('counts each user separately from any address, and apart from anonymous callers of the same address', async () => {
    await start();
    expect(await statuses(6, '/default', { 'x-user': 'ann', ...from('10.0.0.1') })).toContain(429);
    expect((await get('/default', { 'x-user': 'ann', ...from('10.0.0.2') })).statusCode).toBe(429);
    expect((await get('/default', { 'x-user': 'bob', ...from('10.0.0.1') })).statusCode).toBe(200);
    expect((await get('/default', from('10.0.0.1'))).statusCode).toBe(200);
  });

  it('never confuses a user with an address', async () => {
    await start();
    expect(await statuses(6, '/default', from('10.0.0.1'))).toContain(429);
    expect((await get('/default', { 'x-user': '10.0.0.1', ...from('10.0.0.9') })).statusCode).toBe(200);
  });

  it('counts anonymous callers by address, and IPv6 by its /64', async () => {
    await start();
    expect(await statuses(6, '/default', from('10.0.0.1'))).toContain(429);
    expect((await get('/default', from('10.0.0.2'))).statusCode).toBe(200);
    expect(await statuses(6, '/default', from('2001:db8::1'))).toContain(429);
    expect((await get('/default', from('2001:db8::2'))).statusCode).toBe(429);
    expect((await get('/default', from('2001:db8:0:1::1'))).statusCode).toBe(200);
  });

  it('counts two routes apart', async () => {
    await start();
    expect(await statuses(6, '/default')).toContain(429);
    expect((await get('/own/1')).statusCode).toBe(200);
  });

  it('admits exactly the limit out of 200 concurrent requests', async () => {
    await start({ THROTTLE_LIMIT: 50 });
    const responses = await Promise.all(Array.from({ length: 200 }, () => get('/default')));
    expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(50);
    expect(responses.filter(({ statusCode }) => statusCode === 429)).toHaveLength(150);
  });

  it('obeys a limit that depends on the request, and a route’s own tracker and key', async () => {
    await start();
    expect(await statuses(3, '/varying', { 'x-limit': '2' })).toEqual([200, 200, 429]);
    expect(await statuses(2, '/tracked', { 'x-tracker': 'a' })).toEqual([200, 429]);
    expect((await get('/tracked', { 'x-tracker': 'a' })).headers['retry-after']).toBe('300');
    expect((await get('/tracked', { 'x-tracker': 'b' })).statusCode).toBe(200);
    expect(app.get<MemoryThrottleStorage>(ThrottleStorage).hit('tracked b', 1, 60_000).passed).toBe(false);
  });

  it('obeys the decorators of a controller', async () => {
    await start();
    expect(await statuses(3, '/strict')).toEqual([200, 200, 429]);
    expect(new Set(await statuses(10, '/strict/free'))).toEqual(new Set([200]));
  });

  it('takes another tracker from a subclass', async () => {
    await start({}, ApiKeyThrottleGuard);
    expect(await statuses(6, '/default', { 'x-api-key': 'one' })).toContain(429);
    expect((await get('/default', { 'x-api-key': 'two' })).statusCode).toBe(200);
  });

  it('takes several throttles and exemptions from the options of the module', async () => {
    const throttlers = [
      { limit: 5, ttl: minutes(1), ignoreUserAgents: [/probe/] },
      { name: 'burst', limit: 2, ttl: minutes(2) },
      { name: 'quiet', limit: 9, ttl: minutes(3), setHeaders: false },
    ];
    @Module({
      imports: [
        ConfigModule.forRoot(new Environment()),
        ThrottlerModule.forRoot({ throttlers, storage: new MemoryThrottleStorage() }),
      ],
      controllers: [RoutesController],
      providers: [
        ThrottlePolicies,
        { provide: APP_GUARD, useClass: ThrottleGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    })
    class AppModule {}
    await open(AppModule);
    const { headers } = await get('/default');
    expect(headers).toMatchObject({
      'ratelimit-remaining': '4',
      'ratelimit-remaining-burst': '1',
      'ratelimit-policy': '"default";q=5;w=60, "burst";q=2;w=120',
      ratelimit: '"default";r=4;t=60, "burst";r=1;t=120',
    });
    expect(headers).not.toHaveProperty('ratelimit-limit-quiet');
    const probe = await get('/default', { 'user-agent': 'probe' });
    expect(probe.headers['ratelimit-policy']).toBe('"burst";q=2;w=120');
    expect((await get('/default')).statusCode).toBe(429);
  });

  it('keeps counting but refuses nothing when throttles are disabled for load tests', async () => {
    await start({ THROTTLE_DISABLED: true });
    expect(new Set(await statuses(30, '/own/1'))).toEqual(new Set([200]));
    expect((await get('/own/1')).headers).toMatchObject({
      'ratelimit-limit': '3000000',
      'ratelimit-remaining': '2999969',
      'ratelimit-reset': '120',
    });
  });
});

describeWithRedis('ThrottleGuard on Redis', (url) => {
  it('admits exactly the limit out of 200 concurrent requests, with exact headers', async () => {
    await start({ THROTTLE_LIMIT: 50, REDIS_URL: url });
    const redis = app.get(RedisConnection);
    await vi.waitUntil(() => redis.ready, SOON);
    const user = randomUUID();
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => get('/default', { 'x-user': user })),
    );
    expect(await redis.client!.del(`gatehouse:throttle:default:RoutesController.default:user:${user}`)).toBe(
      1,
    );

    const passed = responses.filter(({ statusCode }) => statusCode === 200);
    const remaining = passed.map(({ headers }) => Number(headers['ratelimit-remaining']));
    expect(remaining.sort((a, b) => b - a)).toEqual(Array.from({ length: 50 }, (_, i) => 49 - i));
    const refused = responses.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(150);
    for (const { headers } of refused) expect(headers['retry-after']).toMatch(/^(60|59)$/);
  });
});
