// needs: books
import { describeWithRedis } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.js';
import { emptyRedis, TwoProcesses } from '../support/two-processes.js';

const REDIS_NUMBER = 9;
const TIMES = 100;
const PASSWORD = 'Passw0rd';

/** @param variables settings of both processes */
function revocation(variables: () => Promise<Record<string, string>>): void {
  let processes: TwoProcesses;
  let a: Client;
  let b: Client;
  let admin: string;
  let made = 0;

  beforeAll(async () => {
    processes = await TwoProcesses.start(await variables());
    [a, b] = processes.both.map(({ client }) => client) as [Client, Client];
    admin = await a.tokenOf('admin');
  });
  afterAll(() => processes?.stop());

  /** A user whom both processes have cached. */
  const newcomer = async (): Promise<{ id: string; token: string }> => {
    const username = `user-${++made}`;
    const { body } = await a.send('POST', '/api/v1/auth/register', {
      body: { username, email: `${username}@example.com`, password: PASSWORD },
    });
    return { id: body.id, token: await loggedIn(username) };
  };
  const loggedIn = async (username: string): Promise<string> => {
    const token = await a.tokenOf(username, PASSWORD);
    for (const client of [a, b, b])
      expect((await client.get('/api/v1/users/me', { token })).status).toBe(200);
    return token;
  };
  /** The other process's responses to the next requests, on a route for users and on a public one. */
  const refusal = async (token: string) => {
    const answers = [await b.get('/api/v1/users/me', { token }), await b.get('/api/v1/books', { token })];
    return answers.map(({ status, body }) => `${status} ${body.detail}`);
  };
  /** The same for credentials in other headers, once both processes have cached them. */
  const known = async (headers: Record<string, string>): Promise<void> => {
    for (const client of [a, b, b])
      expect((await client.get('/api/v1/users/me', { headers })).status).toBe(200);
  };
  const refusalOf = async (headers: Record<string, string>) => {
    const answers = [await b.get('/api/v1/users/me', { headers }), await b.get('/api/v1/books', { headers })];
    return answers.map(({ status, body }) => `${status} ${body.detail}`);
  };
  const cookieOf = async (username: string): Promise<string> => {
    const body = { username, password: PASSWORD };
    const { headers } = await a.send('POST', '/api/v1/auth/session', { body });
    return String(headers['set-cookie']).split(';')[0]!;
  };
  const INVALID = Array(2).fill('401 Invalid authentication credentials');

  it('refuses a token in one process as soon as the other has logged it out', async () => {
    for (let n = 0; n < TIMES; n++) {
      const token = await loggedIn('demo');
      expect((await a.send('POST', '/api/v1/auth/logout', { token })).status).toBe(204);
      expect(await refusal(token)).toEqual(INVALID);
      expect((await a.get('/api/v1/users/me', { token })).status).toBe(401);
    }
  });

  it('refuses the tokens of a user whom the other has disabled', async () => {
    for (let n = 0; n < TIMES; n++) {
      const { id, token } = await newcomer();
      const { status } = await a.send('PATCH', `/api/v1/users/${id}`, {
        token: admin,
        body: { isActive: false },
      });
      expect(status).toBe(200);
      expect(await refusal(token)).toEqual(INVALID);
    }
  });

  it('refuses the tokens of a user whom the other has deleted', async () => {
    for (let n = 0; n < TIMES; n++) {
      const { id, token } = await newcomer();
      expect((await a.send('DELETE', `/api/v1/users/${id}`, { token: admin })).status).toBe(204);
      expect(await refusal(token)).toEqual(Array(2).fill('401 User not found'));
    }
  });

  it('refuses a session that its user has ended in the other', async () => {
    const token = await loggedIn('demo');
    for (let n = 0; n < TIMES; n++) {
      const other = await loggedIn('demo');
      const { body } = await b.get('/api/v1/auth/sessions', { token: other });
      const { id } = body.find(({ current }: { current: boolean }) => current);
      expect((await a.send('DELETE', `/api/v1/auth/sessions/${id}`, { token })).status).toBe(204);
      expect(await refusal(other)).toEqual(INVALID);
    }
    expect((await a.send('DELETE', '/api/v1/auth/sessions', { token })).status).toBe(204);
    expect(await refusal(token)).toEqual(INVALID);
  });

  it('refuses a cookie whose session the other has ended', async () => {
    for (let n = 0; n < TIMES; n++) {
      const cookie = await cookieOf('demo');
      await known({ cookie });
      const headers = { cookie, 'sec-fetch-site': 'same-origin' };
      expect((await a.send('DELETE', '/api/v1/auth/session', { headers })).status).toBe(204);
      expect(await refusalOf({ cookie })).toEqual(INVALID);
    }
  });

  it('refuses an API key that the other has deleted', async () => {
    const path = '/api/v1/auth/api-keys';
    for (let n = 0; n < TIMES; n++) {
      const { body } = await a.send('POST', path, { token: admin, body: { name: 'key', permissions: [] } });
      await known({ 'x-api-key': body.key });
      expect((await a.send('DELETE', `${path}/${body.id}`, { token: admin })).status).toBe(204);
      expect(await refusalOf({ 'x-api-key': body.key })).toEqual(Array(2).fill('401 Invalid API Key'));
    }
  });

  it('refuses every token of a session whose refresh token was reused in the other', async () => {
    for (let n = 0; n < TIMES; n++) {
      const { access_token: token, refresh_token } = await a.logIn('demo', PASSWORD);
      expect((await b.get('/api/v1/users/me', { token })).status).toBe(200);
      const spend = () => a.send('POST', '/api/v1/auth/refresh', { body: { refresh_token } });
      expect((await spend()).status).toBe(200);
      expect((await spend()).status).toBe(401);
      expect(await refusal(token)).toEqual(INVALID);
    }
  });

  it('applies a role that the other has changed', async () => {
    const { id, token } = await newcomer();
    for (let n = 0; n < TIMES; n++) {
      const role = n % 2 ? 'user' : 'moderator';
      await a.send('PATCH', `/api/v1/users/${id}`, { token: admin, body: { role } });
      const { status } = await b.send('POST', '/api/v1/books', { token, body: {} });
      expect(status).toBe(role === 'moderator' ? 422 : 403);
    }
  });
}

describe('two processes without Redis', () => revocation(async () => ({})));

describeWithRedis('two processes with Redis', (url) =>
  revocation(async () => ({ REDIS_URL: await emptyRedis(url, REDIS_NUMBER) })),
);
