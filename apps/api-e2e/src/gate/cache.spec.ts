import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ResponseCache } from '@gatehouse/cache';
import { call, type Reply } from '../support/http-client.js';
import { Probe } from '../support/probe/probe.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { TestApp } from '../support/test-app.js';

const PATH = '/api/v1/probe/cache';

describe('The cache', () => {
  let app: TestApp;
  let probe: Probe;
  const names = ['admin', 'moderator', 'demo'];
  const tokens = new Map<string | undefined, string>();

  beforeAll(async () => {
    app = await TestApp.start({}, [ProbeModule]);
    probe = app.app.get(Probe);
    for (const name of names) tokens.set(name, await app.loginAs(name));
  });
  afterAll(() => app.stop());
  beforeEach(async () => {
    probe.delayMs = 0;
    await call(app.url, 'POST', `${PATH}/drop`);
    probe.calls.clear();
  });

  function get(
    path: string,
    as?: string,
    headers: Record<string, string> = {},
    method = 'GET',
  ): Promise<Reply> {
    const token = tokens.get(as);
    const authorization = token ? { authorization: `Bearer ${token}` } : undefined;
    return call(app.url, method, `${PATH}/${path}`, { headers: { ...authorization, ...headers } });
  }
  const state = ({ headers }: Reply) => headers['x-cache'];

  it('replays body, headers and status byte for byte, with their age', async () => {
    const miss = await get('headers');
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const hit = await get('headers');
    expect([state(miss), state(hit)]).toEqual(['MISS', 'HIT']);
    expect(hit.bytes.equals(miss.bytes)).toBe(true);
    expect([miss.headers.age, hit.headers.age]).toEqual([undefined, '1']);
    const own = ({ headers }: Reply) => ({
      ...headers, age: 0, date: 0, 'x-cache': 0, 'x-request-id': 0, 'x-process-time': 0, 'set-cookie': 0,
    }); // prettier-ignore
    expect(own(hit)).toEqual(own(miss));
    expect(hit.headers).toMatchObject({
      'x-own': 'own',
      'content-disposition': 'inline',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(hit.headers['x-request-id']).not.toBe(miss.headers['x-request-id']);
  });

  it('never replays a cookie', async () => {
    await get('headers');
    expect((await get('headers')).headers['set-cookie']).toBeUndefined();
  });

  it('has one entry for equivalent queries, and separate ones for different queries', async () => {
    const first = await get('shared?q=a&page=1&flag=true');
    for (const same of [
      'shared?flag=true&q=a',
      'shared/?page=01&flag=true&q=%61',
      'shared?page=1&flag=true&q=a',
    ]) {
      const reply = await get(same);
      expect([same, state(reply), reply.text]).toEqual([same, 'HIT', first.text]);
    }
    for (const other of [
      'shared?q=a',
      'shared?q=A&flag=true',
      'shared?q=a&page=2&flag=true',
      'shared?q=a%20&flag=true',
    ])
      expect([other, state(await get(other))]).toEqual([other, 'MISS']);
  });

  it('uses the same entry for a path with a trailing slash or unnecessary escapes', async () => {
    await get('path/author%20four');
    for (const same of ['path/author%20four/', 'path/%61uthor%20four'])
      expect([same, state(await get(same))]).toEqual([same, 'HIT']);
    for (const other of ['path/author+four', 'path/author%20four%2F', 'path/author'])
      expect([other, state(await get(other))]).toEqual([other, 'MISS']);
  });

  it('has separate entries per caller unless they are shared', async () => {
    for (const as of [undefined, ...names]) {
      expect(JSON.parse((await get('mine', as)).text).caller).toBe(as ?? 'nobody');
      expect(state(await get('mine', as))).toBe('HIT');
    }
    const [first, second] = [await get('shared', 'admin'), await get('shared')];
    expect([state(second), second.text]).toEqual(['HIT', first.text]);
    expect((await get('mine')).headers['cache-control']).toBe('private, no-cache');
    expect(second.headers['cache-control']).toBe('public, no-cache');
  });

  it('lets a shared cache answer by itself only when it is configured', async () => {
    const behind = await TestApp.start({ SHARED_CACHE: 'true' }, [ProbeModule]);
    const of = async (path: string) =>
      (await call(behind.url, 'GET', `${PATH}/${path}`)).headers['cache-control'];
    const answers = [await of('shared'), await of('mine')];
    await behind.stop();
    expect(answers).toEqual(['public, max-age=0, s-maxage=60', 'private, no-cache']);
  });

  it('never returns the entry of another user, for random sequences of callers and queries', async () => {
    const caller = fc.constantFrom(undefined, ...names);
    const query = fc.record({
      page: fc.integer({ min: 1, max: 3 }),
      q: fc.constantFrom('', 'admin', 'x y', '%'),
    });
    const seen = new Map<string, string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(caller, query), { minLength: 2, maxLength: 12 }), async (steps) => {
        const replies = await Promise.all(
          steps.map(([as, { page, q }]) => get(`mine?page=${page}&q=${encodeURIComponent(q)}`, as)),
        );
        replies.forEach((reply, i) => {
          const [as, { page, q }] = steps[i]!;
          expect(JSON.parse(reply.text).caller).toBe(as ?? 'nobody');
          const key = `${as} ${page} ${q}`;
          expect(seen.get(key) ?? reply.text).toBe(reply.text);
          seen.set(key, reply.text);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('calls the handler once for 500 concurrent misses, and sends all the same bytes', async () => {
    probe.delayMs = 200;
    const agent = new Agent({ maxSockets: 500 });
    const replies = await Promise.all(
      Array.from({ length: 500 }, () => call(app.url, 'GET', `${PATH}/shared`, { agent })),
    );
    agent.destroy();
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(probe.calls.get('shared')).toBe(1);
  });

  it('does not call the handler again for a request that looked just before the entry was stored', async () => {
    const cache = app.app.get(ResponseCache);
    const read = cache.read.bind(cache);
    let quick: Reply | undefined;
    vi.spyOn(cache, 'read').mockImplementationOnce(async (...of) => {
      const looked = await read(...of);
      quick = await get('shared');
      return looked;
    });
    const slow = await get('shared');
    expect([slow.text, probe.calls.get('shared')]).toEqual([quick?.text, 1]);
  });

  it('drops an entry when it has expired', async () => {
    await get('short');
    expect(state(await get('short'))).toBe('HIT');
    await new Promise((resolve) => setTimeout(resolve, 1050));
    expect(state(await get('short'))).toBe('MISS');
  });

  it('stores only 200', async () => {
    for (const [path, status] of [['not-200', 203], ['fails', 500]] as const) {
      for (const count of [1, 2]) {
        expect((await get(path)).status).toBe(status);
        expect(probe.calls.get(path)).toBe(count);
      }
    }
  }); // prettier-ignore

  it('shows a write as soon as it is answered, also to requests that started before', async () => {
    for (let round = 0; round < 30; round++) {
      probe.delayMs = round % 3 === 0 ? 10 : 0;
      const before = get('shared');
      await call(app.url, 'POST', `${PATH}/drop`);
      expect(JSON.parse((await get('shared')).text).value).toBe(probe.value);
      await before;
      expect(JSON.parse((await get('shared')).text).value).toBe(probe.value);
    }
  });

  it('invalidates nothing for a failed write', async () => {
    await get('shared');
    expect((await call(app.url, 'POST', `${PATH}/drop-fails`)).status).toBe(500);
    expect(state(await get('shared'))).toBe('HIT');
  });

  it('answers If-None-Match with 304, on a miss and on a hit, for GET and HEAD', async () => {
    const { headers, bytes } = await get('large');
    const etag = String(headers.etag);
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const method of ['GET', 'HEAD']) {
      for (const condition of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
        const again = await get('large', undefined, { 'if-none-match': condition }, method);
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', etag]);
        expect(again.headers['cache-control']).toBe('public, no-cache');
      }
      expect((await get('large', undefined, { 'if-none-match': '"other"' }, method)).status).toBe(200);
    }
    expect(Number((await get('large', undefined, {}, 'HEAD')).headers['content-length'])).toBe(bytes.length);
    const first = await get('short');
    await new Promise((resolve) => setTimeout(resolve, 1050));
    probe.calls.clear();
    const missed = await get('short', undefined, { 'if-none-match': String(first.headers.etag) });
    expect([missed.status, missed.text, state(missed)]).toEqual([304, '', 'MISS']);
  });
});
