import { afterAll, describe, expect, it } from 'vitest';
import { apiKey } from '../support/matrix/scene.js';
import { PASSWORD, TestApp } from '../support/test-app.js';

const app = await TestApp.start();
afterAll(() => app.stop());

const token = await app.loginAs('demo');
const key = await apiKey(app, token, []);
const get = (headers: Record<string, string>) => app.request('GET', '/api/v1/protected', { headers });

async function cookie(): Promise<string> {
  const body = { username: 'demo', password: PASSWORD };
  const { headers } = await app.request('POST', '/api/v1/auth/session', { body });
  return headers.get('set-cookie')!.split(';')[0]!;
}

describe('GET /protected', () => {
  it('grants access to an API key', async () => {
    const { status, body } = await get({ 'x-api-key': key });
    expect([status, body]).toEqual([200, { message: 'Access granted' }]);
  });

  it('refuses an invalid API key, whatever else is sent', async () => {
    for (const authorization of ['', `Bearer ${token}`]) {
      const { status, body } = await get({ 'x-api-key': `${key}x`, authorization });
      expect([status, body.detail]).toEqual([401, 'Invalid API Key']);
    }
  });

  it.each([
    ['nothing', async () => ({})],
    ['a bearer token', async () => ({ authorization: `Bearer ${token}` })],
    ['a bearer token that is invalid', async () => ({ authorization: 'Bearer a.b.c' })],
    ['a session cookie', async () => ({ cookie: await cookie() })],
    ['an API key as a bearer token', async () => ({ authorization: `Bearer ${key}` })],
  ])('asks for an API key where %s is sent', async (_, headers) => {
    const { status, headers: sent, body } = await get(await headers());
    expect([status, body.detail]).toEqual([401, 'Authentication required']);
    expect(sent.get('www-authenticate')).toBeTruthy();
  });

  it('ignores an invalid bearer token beside a valid API key', async () => {
    expect((await get({ 'x-api-key': key, authorization: 'Bearer a.b.c' })).status).toBe(200);
  });

  it('is documented with its scheme, and listed with it', async () => {
    const { openApiDocument, routeTable } = app.app.getHttpAdapter().getInstance();
    const { security, description } = openApiDocument.paths['/api/v1/protected']!.get!;
    expect(security).toEqual([{ apiKey: [] }]);
    expect(description).toContain('by `apiKey` alone');
    expect(routeTable.toString()).toMatch(/^GET +\/api\/v1\/protected +ApiKeyScheme +authenticated/m);
  });
});
