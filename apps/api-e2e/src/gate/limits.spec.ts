import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Reply } from '../support/http-client.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { TestApp } from '../support/test-app.js';

const PROBE = '/api/v1/probe';

describe('The throttle', () => {
  let app: TestApp;
  const tokens: Record<string, string> = {};

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE_LIMIT: '50', SERVER_TIMING: 'true' }, [ProbeModule]);
    for (const name of ['admin', 'moderator', 'demo']) tokens[name] = await app.loginAs(name);
  });
  afterAll(() => app.stop());

  function get(path: string, as?: string): Promise<Reply> {
    const headers: Record<string, string> = as ? { authorization: `Bearer ${tokens[as]}` } : {};
    return call(app.url, 'GET', `${PROBE}/${path}`, { headers });
  }
  const limits = ({ status, headers }: Reply) => [
    status,
    headers['ratelimit-limit'],
    headers['ratelimit-remaining'],
    headers['ratelimit-reset'],
    headers['retry-after'],
  ];

  it('passes exactly the limit of concurrent requests, whatever their number', async () => {
    const replies = await Promise.all(Array.from({ length: 200 }, () => get('default', 'demo')));
    const passed = replies.filter(({ status }) => status === 200);
    expect(passed).toHaveLength(50);
    expect(replies.filter(({ status }) => status === 429)).toHaveLength(150);
    const remaining = passed.map(({ headers }) => Number(headers['ratelimit-remaining']));
    expect(remaining.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(expectProblem(await get('default', 'demo'), 429).detail).toBe(
      'Rate limit exceeded. Max 50 requests per 60 seconds',
    );
  });

  it('counts by user and route, and anonymous callers by address', async () => {
    expect((await get('default', 'admin')).headers['ratelimit-remaining']).toBe('49');
    expect((await get('public', 'demo')).headers['ratelimit-remaining']).toBe('49');
    expect((await get('public')).headers['ratelimit-remaining']).toBe('49');
    expect((await get('public')).headers['ratelimit-remaining']).toBe('48');
  });

  it('replaces the default by a route’s own limit, blocks for its window, and does not extend the block', async () => {
    expect(limits(await get('limited/a'))).toEqual([200, '2', '1', '2', undefined]);
    expect(limits(await get('limited/b'))).toEqual([200, '2', '0', '2', undefined]);
    const before = performance.now();
    const refused = await get('limited/c');
    const after = performance.now();
    expect(limits(refused)).toEqual([429, '2', '0', '2', '2']);
    expect(expectProblem(refused, 429).detail).toBe('Rate limit exceeded. Max 2 requests per 2 seconds');
    expect((await get('limited-too')).status).toBe(200);
    let reply: Reply;
    let sentAt: number;
    do {
      await sleep(50);
      sentAt = performance.now();
      reply = await get('limited/d');
    } while (reply.status === 429 && sentAt - after < 2_000);
    expect(limits(reply)).toEqual([200, '2', '1', '2', undefined]);
    expect(performance.now() - before).toBeGreaterThan(1_990);
  });

  it('does not count requests refused with 401 and 403, and sends no headers there', async () => {
    for (let i = 0; i < 60; i++) {
      for (const as of [undefined, 'demo']) {
        const reply = await get('may/name', as);
        expect(limits(reply).slice(1)).toEqual([undefined, undefined, undefined, undefined]);
      }
    }
    expect((await get('may/name', 'admin')).headers['ratelimit-remaining']).toBe('49');
  });

  it('counts what validation refuses', async () => {
    expect((await get('may/all', 'moderator')).headers['ratelimit-remaining']).toBe('49');
    expect((await get('may/all?x=1', 'moderator')).headers['ratelimit-remaining']).toBe('48');
  });

  it('also reports the remaining requests as in the IETF draft', async () => {
    const { status, headers } = await get('default', 'moderator');
    expect([status, headers['ratelimit-policy'], headers['ratelimit']]).toEqual([
      200,
      '"default";q=50;w=60',
      `"default";r=49;t=${headers['ratelimit-reset']}`,
    ]);
    let refused = await get('limited-too');
    while (refused.status === 200) refused = await get('limited-too');
    expectProblem(refused, 429);
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"default";q=2;w=2',
      ratelimit: `"default";r=0;t=${refused.headers['retry-after']}`,
    });
  });

  it('is one of the stages that Server-Timing names in order', async () => {
    const stages = async (path: string, as?: string) =>
      String((await get(path, as)).headers['server-timing'])
        .split(', ')
        .map((part) => /^(\w+);dur=\d+\.\d{3}$/.exec(part)?.[1]);
    const all = ['middlewares', 'authentication', 'permissions', 'throttle', 'validation'];
    expect(await stages('public', 'admin')).toEqual([...all, 'handler']);
    expect(await stages('may/name', 'demo')).toEqual(['middlewares', 'authentication', 'permissions']);
    expect(await stages('may/all?x=1', 'moderator')).toEqual(all);
    const cached = all.filter((name) => name !== 'throttle');
    expect(await stages('cache/shared')).toEqual([...cached, 'cache', 'handler']);
    expect(await stages('cache/shared')).toEqual([...cached, 'cache']);
  });
});

describe('The edge limit', () => {
  it('counts 401, 404, 405 and 200 alike, per address, before anything else', async () => {
    const app = await TestApp.start({ EDGE_LIMIT: '8', TRUST_PROXY: '127.0.0.1' }, [ProbeModule]);
    const send = (method: string, path: string, ip = '203.0.113.7') =>
      call(app.url, method, path, { headers: { 'x-forwarded-for': ip } });
    const statuses = [];
    for (const [method, path] of [
      ['GET', '/api/v1/users'], ['GET', '/nothing'], ['DELETE', '/api/v1/things'], ['GET', '/health/live'],
      ['GET', '/redoc'], ['OPTIONS', '/api/v1/things'], ['GET', '/docs'], ['GET', `${PROBE}/public`],
    ] as const) statuses.push((await send(method, path)).status); // prettier-ignore
    expect(statuses).toEqual([401, 404, 405, 200, 200, 204, 200, 200]);
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['DELETE', '/api/v1/things'],
      ['GET', '/health/live'],
    ] as const) {
      const refused = await send(method, path);
      expect(expectProblem(refused, 429).detail).toBe('Rate limit exceeded. Max 8 requests per 60 seconds');
      expect(refused.headers['ratelimit-policy']).toBe('"edge";q=8;w=60');
      expect(refused.headers['ratelimit']).toBe(`"edge";r=0;t=${refused.headers['retry-after']}`);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(55);
    }
    expect((await send('GET', '/health/live', '203.0.113.8')).status).toBe(200);
    await app.stop();
  });

  it('counts what the router itself refuses', async () => {
    const app = await TestApp.start({ EDGE_LIMIT: '2' });
    const statuses = [];
    for (const path of ['/api/v1/users/%ff', `/api/v1/users/${'x'.repeat(2000)}`, '/api/v1/users/%ff'])
      statuses.push((await call(app.url, 'GET', path)).status);
    expect(statuses).toEqual([400, 414, 429]);
    await app.stop();
  });

  it('trusts X-Forwarded-For only from configured proxies', async () => {
    const app = await TestApp.start({ EDGE_LIMIT: '2' });
    const statuses = [];
    for (const ip of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
      statuses.push(
        (await call(app.url, 'GET', '/health/live', { headers: { 'x-forwarded-for': ip } })).status,
      );
    expect(statuses).toEqual([200, 200, 429]);
    expect((await call(app.url, 'GET', '/health/live')).headers).not.toHaveProperty('server-timing');
    await app.stop();
  });
});
