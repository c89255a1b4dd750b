// needs: books
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithRedisServer, RedisServer, SOON } from '@gatehouse/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Client } from '../support/client.js';
import { print } from '../support/print.js';
import { TwoProcesses } from '../support/two-processes.js';

const LIMIT = 20;
const TIMEOUT = 120_000;

/** Redis returns only after all requests are answered: a request that waited for it would never be answered. */
describeWithRedisServer('two processes when Redis fails', () => {
  let redis: RedisServer;
  let processes: TwoProcesses;
  let a: Client;
  let b: Client;
  let token: string;
  let callers = 0;

  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    processes = await TwoProcesses.start({ REDIS_URL: redis.url, ...variables });
    [a, b] = processes.both.map(({ client }) => client) as [Client, Client];
    token = await a.tokenOf('admin');
  };
  const limited = { THROTTLE_DISABLED: 'false', THROTTLE_LIMIT: String(LIMIT), TRUST_PROXY: 'loopback' };

  /** Number of passed requests out of 100 of a new caller, sent to both processes. */
  const passing = async (): Promise<number> => {
    const headers = { 'x-forwarded-for': `192.0.2.${++callers}` };
    const asked = Array.from({ length: 100 }, (_, i) => (i % 2 ? a : b).get('/api/v1/books/1', { headers }));
    const answers = await Promise.all(asked);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    print(`100 requests at once, slowest after ${Math.round(slowest)} ms`);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
    return answers.filter(({ status }) => status === 200).length;
  };
  const readiness = async (): Promise<string[]> => {
    const answers = await Promise.all([a, b].map((client) => client.get('/health/ready')));
    return answers.map(({ status, body }) => `${status} ${body.status} ${body.checks?.redis}`);
  };
  const isThere = () =>
    vi.waitFor(async () => expect(await readiness()).toEqual(Array(2).fill('200 ok ok')), SOON);
  const titles = async (path: string): Promise<string[]> =>
    (await Promise.all([a.get(path), b.get(path)])).map(({ status, body }) => {
      expect(status).toBe(200);
      return body.items[0]?.title;
    });

  beforeEach(async () => {
    redis = await RedisServer.reserve();
    await redis.start();
  });
  afterEach(async () => {
    redis.thaw();
    await processes?.stop();
    await redis.stop();
  });

  const outages: [string, () => Promise<void> | void, () => Promise<void> | void][] = [
    ['stopped', () => redis.stop(), () => redis.start()],
    ['frozen', () => redis.freeze(), () => redis.thaw()],
  ];

  it.each(outages)(
    'answer on, and count alone, while it is %s',
    { timeout: TIMEOUT },
    async (_, begin, end) => {
      await start(limited);
      await isThere();
      expect(await passing()).toBe(LIMIT);
      await begin();
      for (let n = 0; n < 3; n++) expect(await passing()).toBe(2 * LIMIT);
      expect(await readiness()).toEqual(Array(2).fill('200 degraded away'));
      await end();
      await isThere();
      for (let n = 0; n < 3; n++) expect(await passing()).toBe(LIMIT);
    },
  );

  it.each(outages)(
    'never show what was cached before a write while it was %s',
    { timeout: TIMEOUT },
    async (_, begin, end) => {
      await start();
      await isThere();
      const fields = { title: 'Before', author: 'Outage', description: 'Is changed meanwhile.', rating: 3 };
      const { headers } = await a.send('POST', '/api/v1/books', { token, body: fields });
      const list = '/api/v1/books/author/Outage';
      expect(await titles(list)).toEqual(['Before', 'Before']);
      expect((await b.get(list)).headers['x-cache']).toBe('HIT');

      await begin();
      const { status, ms } = await a.send('PATCH', headers['location']!, {
        token,
        body: { title: 'During' },
      });
      print(`a write while Redis is away: ${Math.round(ms)} ms`);
      expect(status).toBe(200);
      expect(await titles(list)).toEqual(['During', 'During']);
      await end();
      for (let n = 0; n < 200; n++) {
        expect(await titles(list)).toEqual(['During', 'During']);
        await sleep(5);
      }
      await isThere();
      await vi.waitFor(async () => expect((await b.get(list)).headers['x-cache']).toBe('HIT'), SOON);
      expect(await titles(list)).toEqual(['During', 'During']);
    },
  );

  it('never show it in a process that has not noticed the outage', { timeout: TIMEOUT }, async () => {
    await start();
    await isThere();
    const fields = { title: 'Before', author: 'Unnoticed', description: 'Is changed meanwhile.', rating: 3 };
    const { headers } = await a.send('POST', '/api/v1/books', { token, body: fields });
    const list = '/api/v1/books/author/Unnoticed';
    expect(await titles(list)).toEqual(['Before', 'Before']);
    redis.freeze();
    await a.send('PATCH', headers['location']!, { token, body: { title: 'During' } });
    redis.thaw();
    for (let n = 0; n < 200; n++) {
      expect((await b.get(list)).body.items[0].title).toBe('During');
      await sleep(5);
    }
  });

  it('start without it, and use it once it is there', { timeout: TIMEOUT }, async () => {
    await redis.stop();
    await start(limited);
    expect(await readiness()).toEqual(Array(2).fill('200 degraded away'));
    expect(await passing()).toBe(2 * LIMIT);
    await redis.start();
    await isThere();
    expect(await passing()).toBe(LIMIT);
  });
});
