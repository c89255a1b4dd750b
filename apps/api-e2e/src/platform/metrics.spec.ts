import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectProblem } from '../support/expect-problem.js';
import { call, type Reply } from '../support/http-client.js';
import { TestApp } from '../support/test-app.js';

const get = (app: TestApp, headers: Record<string, string> = {}): Promise<Reply> =>
  call(app.url, 'GET', '/metrics', { headers });

describe('/metrics without METRICS_TOKEN', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: 'loopback' });
  });
  afterAll(() => app.stop());

  it('allows direct requests from private addresses, whatever else they send', async () => {
    for (const headers of [{}, { authorization: 'Bearer x' }, { 'x-api-key': 'x' }]) {
      const reply = await get(app, headers as Record<string, string>);
      expect([reply.status, reply.text.includes('api_requests_total')]).toEqual([200, true]);
      expect(reply.headers['content-type']).toMatch(/^text\/plain;/);
    }
  });

  it('has the gauges of the database pool', async () => {
    const { text } = await get(app);
    for (const name of ['connections', 'idle_connections', 'waiting'])
      expect(text).toMatch(new RegExp(`^database_pool_${name} \\d+$`, 'm'));
  });

  it.each([
    { 'x-forwarded-for': '203.0.113.7' },
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': 'unknown' },
    { 'x-forwarded-proto': 'nonsense' },
    { 'x-real-ip': '10.0.0.1' },
    { forwarded: 'for=10.0.0.1' },
    { via: '1.1 proxy' },
  ] as Record<string, string>[])('answers nothing that a proxy passes on: %j', async (headers) => {
    const reply = await get(app, headers);
    expect(expectProblem(reply, 401).detail).toBe('Authentication required');
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  });

  it('no user may read them', async () => {
    const token = await app.loginAs('admin');
    const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' };
    expectProblem(await get(app, headers), 401);
  });
});

describe('/metrics with METRICS_TOKEN', () => {
  const METRICS_TOKEN = 'a.Token-of~the+scraper/=';
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ METRICS_TOKEN, TRUST_PROXY: 'loopback' });
  });
  afterAll(() => app.stop());

  it('admits its bearer from any address', async () => {
    for (const headers of [{}, { 'x-forwarded-for': '203.0.113.7' }] as Record<string, string>[])
      for (const scheme of ['Bearer ', 'bearer ', 'Bearer   '])
        expect((await get(app, { authorization: scheme + METRICS_TOKEN, ...headers })).status).toBe(200);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer x',
    `Bearer ${METRICS_TOKEN}x`,
    `Basic ${METRICS_TOKEN}`,
    METRICS_TOKEN,
  ])('is 401 for Authorization %j', async (authorization) => {
    const reply = await get(app, authorization === undefined ? {} : { authorization });
    expectProblem(reply, 401);
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('is valid for nothing else', async () => {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    expectProblem(await call(app.url, 'GET', '/api/v1/users/me', { headers }), 401);
  });
});
