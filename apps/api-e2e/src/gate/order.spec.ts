import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Probe } from '../support/probe/probe.js';
import { ProbeModule } from '../support/probe/probe.module.js';
import { TestApp } from '../support/test-app.js';

/**
 * Each pair of neighbouring stages, with a request that both would refuse: the earlier one must answer.
 * Where possible with POST /api/v1/things, which requires a permission and validates a body.
 */
describe('The order of the pipeline', () => {
  let app: TestApp;
  let user: string;
  let admin: string;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE_LIMIT: '5' }, [ProbeModule]);
    user = await app.loginAs('demo');
    admin = await app.loginAs('admin');
  });
  afterAll(() => app.stop());

  it('runs the middlewares before the method: a bad Host wins over a missing method', async () => {
    const strict = await TestApp.start({ ALLOWED_HOSTS: 'example.com' }, [ProbeModule]);
    const answer = await strict.request('DELETE', '/api/v1/things');
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/unknown-host']);
    await strict.stop();
  });

  it('checks the method before authentication: a missing method wins over a bad token', async () => {
    const answer = await app.request('DELETE', '/api/v1/things', { token: 'bad' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
  });

  it('authenticates before permissions: a bad token wins over a missing permission', async () => {
    const answer = await app.request('POST', '/api/v1/things', { token: 'bad', body: {} });
    expect([answer.status, answer.body.detail]).toEqual([401, 'Invalid authentication credentials']);
  });

  it('authenticates on public endpoints too', async () => {
    expect((await app.request('GET', '/api/v1/things', { token: 'bad' })).status).toBe(401);
  });

  it('checks permissions before the throttle: refused requests are not counted', async () => {
    for (let i = 0; i < 10; i++) {
      const answer = await app.request('POST', '/api/v1/things', { token: user, body: {} });
      expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([403, null]);
    }
    const anonymous = await app.request('POST', '/api/v1/things', { body: {} });
    expect([anonymous.status, anonymous.body.detail]).toEqual([401, 'Authentication required']);
  });

  it('checks permissions before it reads the body: malformed JSON of an anonymous caller is 401', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await app.request('POST', '/api/v1/things', { raw: '{"broken', headers })).status).toBe(401);
  });

  it('throttles before validation: bad input counts, and beyond the limit it is 429', async () => {
    const statuses = [];
    for (let i = 0; i < 6; i++) {
      statuses.push(
        (await app.request('POST', '/api/v1/things', { token: admin, body: { nonsense: true } })).status,
      );
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });

  it('validates before the cache looks up: bad input is 422 although there is an entry', async () => {
    await app.request('GET', '/api/v1/things?page=1');
    expect((await app.request('GET', '/api/v1/things?page=1')).headers.get('x-cache')).toBe('HIT');
    const answer = await app.request('GET', '/api/v1/things?page=1&nonsense=1');
    expect([answer.status, answer.headers.get('x-cache')]).toEqual([422, null]);
  });

  it('reads the cache before the handler: a hit does not show changes made without an invalidation', async () => {
    const first = await app.request('GET', '/api/v1/things?pageSize=3');
    app.app.get(Probe).value++;
    const second = await app.request('GET', '/api/v1/things?pageSize=3');
    expect([first.headers.get('x-cache'), second.headers.get('x-cache')]).toEqual(['MISS', 'HIT']);
    expect(second.text).toBe(first.text);
    const computed = await app.request('GET', '/api/v1/things?pageSize=4', { token: user });
    expect(computed.body.items[0].title).not.toBe(first.body.items[0].title);
  });
});
