import { Controller, Get } from '@nestjs/common';
import { afterAll, describe, expect, it } from 'vitest';
import type { AuthenticationFunction } from '@gatehouse/authentication';
import { Endpoint } from '@gatehouse/gate';
import { Caller, type Principal, UnauthenticatedProblem } from '@gatehouse/http';
import { FeatureModule } from '@gatehouse/modules';
import { Public } from '@gatehouse/permissions';
import { ProbeDto } from '../support/probe/probe.js';
import { TestApp } from '../support/test-app.js';

const principal = (username: string): Principal => ({
  id: username,
  username,
  role: 'user',
  can: () => false,
});

const byBadge: AuthenticationFunction = async ({ headers }) => {
  const badge = headers['x-badge'];
  if (badge === undefined) return undefined;
  if (badge !== 'valid') throw new UnauthenticatedProblem('Invalid badge');
  return principal('badge');
};

const byTicket: AuthenticationFunction = ({ headers }) =>
  headers['x-ticket'] === undefined ? undefined : principal('ticket');

@Controller({ path: 'ways', version: '1' })
class WaysController {
  @Endpoint({ summary: 'By a function', auth: byBadge, response: ProbeDto })
  @Get('one')
  one(@Caller() caller: Principal) {
    return { caller: caller.username, count: 0, value: 0 };
  }

  @Endpoint({
    summary: 'By several functions',
    auth: [byTicket, byBadge],
    permissions: Public,
    response: ProbeDto,
  })
  @Get('several')
  several(@Caller() caller?: Principal) {
    return { caller: caller?.username ?? 'nobody', count: 0, value: 0 };
  }
}

@FeatureModule({ root: 'ways', tag: 'Ways', description: 'Ways.' }, { controllers: [WaysController] })
class WaysModule {}

const app = await TestApp.start({}, [WaysModule]);
afterAll(() => app.stop());

const token = await app.loginAs('admin');
const get = async (path: string, headers: Record<string, string>) => {
  const { status, body } = await app.request('GET', `/api/v1/ways/${path}`, { headers });
  return [status, body.caller ?? body.detail];
};

describe('A route with its own authentication', () => {
  it('asks its function, and nothing else', async () => {
    expect(await get('one', { 'x-badge': 'valid' })).toEqual([200, 'badge']);
    expect(await get('one', { 'x-badge': 'invalid' })).toEqual([401, 'Invalid badge']);
    expect(await get('one', { authorization: `Bearer ${token}` })).toEqual([401, 'Authentication required']);
  });

  it('counts the first of several ways, and refuses what that one refuses', async () => {
    expect(await get('several', { 'x-ticket': 'a', 'x-badge': 'invalid' })).toEqual([200, 'ticket']);
    expect(await get('several', { 'x-badge': 'valid' })).toEqual([200, 'badge']);
    expect(await get('several', { 'x-badge': 'invalid' })).toEqual([401, 'Invalid badge']);
    expect(await get('several', { authorization: 'Bearer a.b.c' })).toEqual([200, 'nobody']);
  });

  it('keeps concurrent callers apart', async () => {
    const calls = Array.from({ length: 100 }, (_, i) =>
      get('several', i % 3 === 0 ? { 'x-badge': 'valid' } : i % 3 === 1 ? { 'x-ticket': 'a' } : {}),
    );
    const names = ['badge', 'ticket', 'nobody'];
    expect(await Promise.all(calls)).toEqual(calls.map((_, i) => [200, names[i % 3]]));
  });

  it('is documented by the names of its ways, and listed with them', () => {
    const { openApiDocument, routeTable } = app.app.getHttpAdapter().getInstance();
    const { security, description } = openApiDocument.paths['/api/v1/ways/one']!.get!;
    expect(security).toEqual([{ byBadge: [] }]);
    expect(description).toContain('any authenticated user, by `byBadge` alone');
    expect(openApiDocument.paths['/api/v1/ways/several']!.get!.description).toContain(
      'public, by `byTicket` or `byBadge` alone',
    );
    expect(openApiDocument.components!.securitySchemes).toHaveProperty('byBadge.scheme', 'byBadge');
    expect(routeTable.toString()).toMatch(/\/ways\/several +byTicket or byBadge +public/);
  });
});
