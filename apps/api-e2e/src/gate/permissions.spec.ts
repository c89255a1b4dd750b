import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProbeModule } from '../support/probe/probe.module.js';
import { send, TestApp } from '../support/test-app.js';

describe('Permissions', () => {
  let app: TestApp;
  const tokens: Record<string, string | undefined> = {};

  beforeAll(async () => {
    app = await TestApp.start({}, [ProbeModule]);
    for (const name of ['admin', 'moderator', 'demo']) tokens[name] = await app.loginAs(name);
  });
  afterAll(() => app.stop());

  const get = (path: string, as?: string) =>
    send(app.url, 'GET', `/api/v1/probe/${path}`, { token: as && tokens[as] });

  it.each(['undeclared', 'default'])(
    'an endpoint that declares nothing needs an authenticated user: %s',
    async (path) => {
      const anonymous = await get(path);
      expect([anonymous.status, anonymous.body.detail]).toEqual([401, 'Authentication required']);
      expect(anonymous.headers.get('www-authenticate')).toBe('Bearer');
      expect((await get(path, 'demo')).body).toMatchObject({ caller: 'demo' });
    },
  );

  it('a public endpoint admits everyone, and identifies callers', async () => {
    expect((await get('public')).body).toMatchObject({ caller: 'nobody' });
    expect((await get('public', 'demo')).body).toMatchObject({ caller: 'demo' });
  });

  it('a name is held by the roles to which it is granted, and by admin', async () => {
    const statuses = await Promise.all(
      [undefined, 'demo', 'moderator', 'admin'].map((as) => get('may/name', as)),
    );
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 200, 200]);
    expect(statuses[1]!.body).toMatchObject({
      detail: 'Insufficient permissions',
      type: '/problems/forbidden',
    });
  });

  it.each([
    ['may/function-no', 403],
    ['may/truthy', 403],
    ['may/later-truthy', 403],
    ['may/class', 200],
    ['may/class-no', 403],
    ['may/all', 200],
    ['may/all-but-one', 403],
  ])('%s is %i even for admin, and 401 for the anonymous', async (path, status) => {
    expect((await get(path, 'admin')).status).toBe(status);
    expect((await get(path)).status).toBe(401);
  });

  it('all rules of a list must allow', async () => {
    expect((await get('may/all', 'demo')).status).toBe(403);
    expect((await get('may/all', 'moderator')).body).toMatchObject({ caller: 'moderator' });
  });

  it.each(['Bearer bad', 'Bearer', 'Nonsense x', 'Bearer a b', ''])(
    'the credentials "%s" are bad on public endpoints too',
    async (authorization) => {
      const answer = await send(app.url, 'GET', '/api/v1/probe/public', { headers: { authorization } });
      expect([answer.status, answer.body.detail]).toEqual([401, 'Invalid authentication credentials']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    },
  );

  it('only declared fields are sent, and a 500 reveals no internals', async () => {
    const { status, body, headers } = await send(app.url, 'POST', '/api/v1/probe/leaky');
    expect([status, headers.get('location')]).toEqual([201, '/api/v1/probe/leaky/7']);
    expect(Object.keys(body).sort()).toEqual(['caller', 'count', 'value']);
    const failed = await get('fails');
    expect(failed.status).toBe(500);
    expect(failed.body).toEqual({
      type: '/problems/internal',
      title: 'Internal error',
      status: 500,
      detail: 'An unexpected error occurred',
      instance: '/api/v1/probe/fails',
      requestId: failed.headers.get('x-request-id'),
    });
  });

  it('middlewares run in order on the way in and in reverse on the way out', async () => {
    const { headers } = await get('traced');
    expect([headers.get('x-in'), headers.get('x-out')]).toEqual([
      'controller outer inner',
      'inner outer controller',
    ]);
    const undeclared = await get('undeclared');
    expect([undeclared.status, undeclared.headers.get('x-in')]).toEqual([401, 'controller']);
  });
});
