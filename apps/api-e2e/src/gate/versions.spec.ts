import { Controller, Delete, Get, Param } from '@nestjs/common';
import { afterAll, describe, expect, it } from 'vitest';
import { Endpoint } from '@gatehouse/gate';
import { NotFoundProblem } from '@gatehouse/http';
import { FeatureModule } from '@gatehouse/modules';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { ProbeDto, ProbeParams } from '../support/probe/probe.js';
import { send, TestApp } from '../support/test-app.js';

const deprecated = { since: '2026-11-27', sunset: '2027-01-31', successor: '/api/v2/olds/:text' };
const probe = () => ({ caller: '', count: 0, value: 0 });

@Controller({ path: 'olds', version: '1' })
class OldsController {
  @Endpoint({ summary: 'Old', permissions: Public, deprecated, response: ProbeDto, errors: [404] })
  @Get(':text')
  get(@Param() { text }: ProbeParams) {
    if (text === 'missing') throw new NotFoundProblem('Text missing not found');
    return probe();
  }

  @Endpoint({
    summary: 'Old and cached',
    permissions: Public,
    cache: { ttl: minutes(1), tags: ['olds'] },
    deprecated: { since: '2026-11-27', sunset: '2026-11-27' },
    response: ProbeDto,
  })
  @Get()
  list() {
    return probe();
  }
}

@Controller({ path: 'olds', version: '2' })
class OldsV2Controller {
  @Endpoint({ summary: 'New', permissions: Public, response: ProbeDto })
  @Get(':text')
  get(@Param() _params: ProbeParams) {
    return probe();
  }
}

const featureOf = (...controllers: (new () => object)[]) => {
  @FeatureModule({ root: 'olds', tag: 'Olds', description: 'Olds.' }, { controllers })
  class OldsModule {}
  return OldsModule;
};

const app = await TestApp.start({}, [featureOf(OldsController, OldsV2Controller)]);
afterAll(() => app.stop());

const get = (path: string, headers: Record<string, string> = {}) => app.request('GET', path, { headers });

describe('A version', () => {
  it('is chosen by the path, or else by the header', async () => {
    const token = await app.loginAs('admin');
    for (const [path, version, field] of [
      ['/api/v2/users?pageSize=2', undefined, 'data'],
      ['/api/users?pageSize=2', '2.0', 'data'],
      ['/api/users?pageSize=2', '2', 'data'],
      ['/api/v2/users?pageSize=2', '1.0', 'data'],
      ['/api/users', '1.0', 'items'],
      ['/api/users', undefined, 'items'],
    ] as const) {
      const headers = version && { 'x-api-version': version };
      const { status, body } = await send(app.url, 'GET', path, { token, ...(headers && { headers }) });
      expect([path, status, Object.keys(body)[0]]).toEqual([path, 200, field]);
    }
  });

  it('is 400 when it does not exist, and 404 when it has no such path', async () => {
    for (const [path, version] of [
      ['/api/v3/users', undefined],
      ['/api/v02/users', undefined],
      ['/api/users', '3.0'],
      ['/api/users', '2.1'],
    ] as const) {
      const { status, body } = await get(path, version ? { 'x-api-version': version } : {});
      expect([path, status, body.detail]).toEqual([path, 400, 'Unsupported API version']);
    }
    expect((await get('/api/v2/groups')).status).toBe(404);
    expect((await get('/api/groups', { 'x-api-version': '2.0' })).status).toBe(404);
    expect((await app.request('POST', '/api/v2/users')).status).toBe(405);
  });
});

describe('Version 2 of the list of users', () => {
  it('has the items of version 1 with the same filters, and its links', async () => {
    const token = await app.loginAs('admin');
    const query = 'role=user&sort=username&page=1&pageSize=1';
    const [v1, v2] = await Promise.all(
      [1, 2].map((version) => app.request('GET', `/api/v${version}/users?${query}`, { token })),
    );
    const { items, ...metadata } = v1!.body;
    expect(v2!.body).toEqual({ data: items, metadata });
    expect(Object.keys(v2!.body.metadata).sort()).toEqual(
      ['hasNext', 'page', 'pageSize', 'total', 'totalPages'],
    ); // prettier-ignore
    expect(v2!.headers.get('x-total-count')).toBe(String(metadata.total));
    expect(v2!.headers.get('link')).toBe(v1!.headers.get('link')!.replaceAll('/v1/', '/v2/'));
  });

  it('has pages only, with the defaults of version 1', async () => {
    const token = await app.loginAs('admin');
    const { body } = await app.request('GET', '/api/v2/users', { token });
    expect(body.metadata).toMatchObject({ page: 1, pageSize: 10 });
    for (const query of [
      'cursor=',
      'limit=5',
      'pageSize=101',
      'page=0',
      'role=king',
      'sort=password',
      'a=b',
    ]) {
      const { status } = await app.request('GET', `/api/v2/users?${query}`, { token });
      expect([query, status]).toEqual([query, 422]);
    }
  });

  it('asks for the same permission', async () => {
    expect((await get('/api/v2/users')).status).toBe(401);
    const token = await app.loginAs('demo');
    expect((await app.request('GET', '/api/v2/users', { token })).status).toBe(403);
  });
});

describe('A deprecated route', () => {
  const expected = {
    deprecation: `@${Date.UTC(2026, 10, 27) / 1000}`,
    sunset: 'Sun, 31 Jan 2027 00:00:00 GMT',
  };

  it('says so in each response, with its successor', async () => {
    for (const [path, status, target] of [
      ['/api/v1/olds/a%2Fb', 200, '/api/v2/olds/a%2Fb'],
      ['/api/v1/olds/missing', 404, '/api/v2/olds/missing'],
      [`/api/v1/olds/${'x'.repeat(600)}`, 422, `/api/v2/olds/${'x'.repeat(600)}`],
    ] as const) {
      const { status: got, headers } = await get(path);
      expect([path, got]).toEqual([path, status]);
      expect(Object.fromEntries(headers)).toMatchObject(expected);
      expect(headers.get('link')).toBe(`<${target}>; rel="successor-version"`);
    }
    expect((await app.request('HEAD', '/api/v1/olds/a')).headers.get('sunset')).toBe(expected.sunset);
    expect((await get('/api/v2/olds/a')).headers.has('deprecation')).toBe(false);
  });

  it('says so in responses from the cache', async () => {
    for (const outcome of ['MISS', 'HIT']) {
      const { headers } = await get('/api/v1/olds');
      expect([headers.get('x-cache'), headers.get('deprecation')]).toEqual([outcome, expected.deprecation]);
      expect(headers.has('link')).toBe(false);
    }
  });

  it('says so in the document and in the table of routes', () => {
    const { openApiDocument, routeTable } = app.app.getHttpAdapter().getInstance();
    const operation = openApiDocument.paths['/api/v1/olds/{text}']!.get!;
    expect(operation.deprecated).toBe(true);
    expect(operation.description).toContain(
      '**Deprecated:** since 2026-11-27, and may be gone from 2027-01-31; use `/api/v2/olds/{text}` instead',
    );
    expect(operation.responses['200']).toHaveProperty('headers.Sunset');
    expect(routeTable.toString()).toMatch(
      /\/api\/v1\/olds\/:text .* deprecated since 2026-11-27, until 2027-01-31$/m,
    );
    expect(openApiDocument.paths['/api/v2/olds/{text}']!.get!.deprecated).toBeUndefined();
  });

  it.each([
    ['a day that does not exist', { since: '2026-02-30' }],
    ['a day in another form', { sunset: '31.01.2027' }],
    ['a sunset before the deprecation', { since: '2027-02-01' }],
  ])('cannot be declared with %s', (_, wrong) => {
    const declare = () => {
      class WrongController {
        @Endpoint({ summary: 'x', permissions: Public, deprecated: { ...deprecated, ...wrong } })
        @Delete()
        wrong() {}
      }
      return WrongController;
    };
    expect(declare).toThrow(/needs days such as|must not be before/);
  });

  it.each([
    ['that does not exist', '/api/v2/nothing', 'as its successor, which does not exist'],
    ['whose parameters it lacks', '/api/v1/users/:id', 'cannot fill in the parameter ":id"'],
  ])('stops the start with a successor %s', async (_, successor, message) => {
    @Controller({ path: 'olds', version: '1' })
    class LostController {
      @Endpoint({
        summary: 'x',
        permissions: Public,
        deprecated: { ...deprecated, successor },
        response: ProbeDto,
      })
      @Get()
      lost() {
        return probe();
      }
    }
    await expect(TestApp.start({}, [featureOf(LostController)])).rejects.toThrow(message);
  });
});
