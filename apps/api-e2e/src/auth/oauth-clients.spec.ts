import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const LOGIN = '/api/v1/auth/login';
const REFRESH = '/api/v1/auth/refresh';
const INSECURE = { [oauth.allowInsecureRequests]: true };

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true' });
});
afterAll(() => app.stop());

const post = (
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> => app.request('POST', path, { form, headers });
const flow = { grant_type: 'password', username: 'demo', password: PASSWORD };
const basic = { authorization: `Basic ${Buffer.from('some-client:its secret').toString('base64')}` };
const me = async (authorization: string) =>
  (await app.request('GET', '/api/v1/users/me', { headers: { authorization } })).status;

describe.each([
  ['no secret', oauth.None()],
  ['a secret in the body', oauth.ClientSecretPost('its secret')],
  ['a secret in the header', oauth.ClientSecretBasic('its secret')],
])('oauth4webapi, for a client with %s', (_, clientAuthentication) => {
  const client: oauth.Client = { client_id: 'some-client' };
  const serverAt = (path: string): oauth.AuthorizationServer => ({
    issuer: app.url,
    token_endpoint: app.url + path,
  });

  it.each([
    ['its own URL', REFRESH],
    ['the one token endpoint', LOGIN],
  ])('logs in, calls and refreshes at %s', async (_where, refreshAt) => {
    const { grant_type, ...credentials } = flow;
    const server = serverAt(LOGIN);
    const tokens = await oauth.processGenericTokenEndpointResponse(
      server,
      client,
      await oauth.genericTokenEndpointRequest(
        server,
        client,
        clientAuthentication,
        grant_type,
        { ...credentials, scope: '' },
        INSECURE,
      ),
    );
    const call = (accessToken: string) =>
      oauth.protectedResourceRequest(
        accessToken,
        'GET',
        new URL('/api/v1/users/me', app.url),
        new Headers(),
        null,
        INSECURE,
      );
    expect((await call(tokens.access_token)).status).toBe(200);

    const refreshing = serverAt(refreshAt);
    const request = () =>
      oauth.refreshTokenGrantRequest(
        refreshing,
        client,
        clientAuthentication,
        tokens.refresh_token!,
        INSECURE,
      );
    const next = await oauth.processRefreshTokenResponse(refreshing, client, await request());
    expect(next.expires_in).toBe(900);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await call(next.access_token)).status).toBe(200);

    const spent = oauth.processRefreshTokenResponse(refreshing, client, await request());
    await expect(spent).rejects.toThrow(oauth.WWWAuthenticateChallengeError);
    await expect(call(next.access_token)).rejects.toThrow(oauth.WWWAuthenticateChallengeError);
  });
});

describe('A token endpoint', () => {
  it('treats parameters without a value as omitted', async () => {
    const empty = {
      scope: '',
      client_id: '',
      client_secret: '',
      client_assertion: '',
      client_assertion_type: '',
    };
    const { body } = await post(LOGIN, { ...flow, ...empty, refresh_token: '' });
    expect(body.token_type).toBe('bearer');
    const refreshed = await post(REFRESH, { refresh_token: body.refresh_token, grant_type: '', ...empty });
    expect(refreshed.status).toBe(200);
    const { status, body: problem } = await post(LOGIN, { ...flow, password: '' });
    expect([status, problem.errors]).toMatchObject([422, [{ path: 'password', code: 'required' }]]);
  });

  it('ignores the credentials of the client, in the header and in the body', async () => {
    const assertion = {
      client_id: 'some-client',
      client_secret: 'its secret',
      client_assertion: 'a.b.c',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    };
    const { body } = await post(LOGIN, { ...flow, ...assertion }, basic);
    const grant = { grant_type: 'refresh_token', refresh_token: body.refresh_token };
    expect((await post(REFRESH, { ...grant, ...assertion }, basic)).status).toBe(200);
  });

  it('also accepts JSON, on both routes', async () => {
    const { body } = await app.request('POST', LOGIN, { body: { username: 'demo', password: PASSWORD } });
    const again = { refresh_token: body.refresh_token };
    expect((await app.request('POST', REFRESH, { body: again })).status).toBe(200);
  });

  it.each<[string, string, Record<string, string>, number, string, string]>([
    [
      'a wrong password',
      LOGIN,
      { ...flow, password: 'Wrong1' },
      401,
      'invalid_grant',
      'Incorrect username or password',
    ],
    [
      'an unknown token',
      REFRESH,
      { refresh_token: 'x' },
      401,
      'invalid_grant',
      'Invalid authentication credentials',
    ],
    ['a missing password', LOGIN, { username: 'demo' }, 422, 'invalid_request', 'password is required'],
    ['a missing token', REFRESH, { scope: 'x' }, 422, 'invalid_request', 'refresh_token is required'],
    [
      'a missing token',
      LOGIN,
      { grant_type: 'refresh_token' },
      422,
      'invalid_request',
      'refresh_token is required',
    ],
    ['an unknown field', LOGIN, { ...flow, 'ü"': 'x' }, 422, 'invalid_request', "'' is not a known field"],
    [
      'another flow',
      LOGIN,
      { ...flow, grant_type: 'implicit' },
      422,
      'unsupported_grant_type',
      'grant_type must be',
    ],
    [
      'another flow with fields of its own',
      LOGIN,
      { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x', client_id: 'a' },
      422,
      'unsupported_grant_type',
      'grant_type must be',
    ],
    [
      'the flow of the other',
      REFRESH,
      { ...flow, grant_type: 'password' },
      422,
      'unsupported_grant_type',
      'grant_type must be',
    ],
    [
      'another flow',
      REFRESH,
      { refresh_token: 'x', grant_type: 'password' },
      422,
      'unsupported_grant_type',
      'grant_type must be',
    ],
  ])('says in the words of OAuth 2 what is wrong: %s at %s', async (_, path, form, status, error, text) => {
    const answer = await post(path, form);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.error_description).toContain(text);
    expect(answer.body.error_description).toMatch(/^[ !#-[\]-~]+$/);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it('reports unreadable bodies in the same way', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await app.request('POST', REFRESH, { raw: 'x', headers });
    expect([answer.status, answer.body.error]).toEqual([415, 'invalid_request']);
  });
});

it('problems of other routes have no OAuth 2 fields', async () => {
  const body = { username: 'demo', password: 'Wrong1' };
  const { status, body: problem } = await app.request('POST', '/api/v1/auth/session', { body });
  expect(status).toBe(401);
  expect(Object.keys(problem)).not.toContain('error');
});

it('several blanks are accepted before a bearer token', async () => {
  const { body } = await post(LOGIN, flow);
  for (const blanks of [' ', '  ', '     '])
    expect(await me(`bEARER${blanks}${body.access_token}`)).toBe(200);
  expect(await me(`Bearer${body.access_token}`)).toBe(401);
  expect(await me(`Bearer  ${body.access_token} x`)).toBe(401);
});
