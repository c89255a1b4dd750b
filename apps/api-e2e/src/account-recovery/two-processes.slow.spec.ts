import { JOBS_SCHEMA } from '@gatehouse/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseClient } from '@gatehouse/database';
import { ApiProcess } from '../support/api-process.js';
import type { Client } from '../support/client.js';
import { tokenIn } from '../support/mailbox.js';
import { TwoProcesses } from '../support/two-processes.js';

const PASSWORD = 'Passw0rd';
const TIMES = 25;

describe('Account recovery in two processes', () => {
  let processes: TwoProcesses;
  let a: Client;
  let b: Client;
  let database: DatabaseClient;
  let made = 0;
  const secrets: string[] = [];

  beforeAll(async () => {
    processes = await TwoProcesses.start({ LOG_LEVEL: 'trace' });
    [a, b] = processes.both.map(({ client }) => client) as [Client, Client];
    database = new DatabaseClient({ connectionString: processes.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await processes?.stop();
  });

  const auth = (client: Client, action: string, body: object, token?: string) =>
    client.send('POST', `/api/v1/auth/${action}`, { body, token });

  const newcomer = async (): Promise<{ username: string; email: string }> => {
    const username = `person-${++made}`;
    const email = `${username}@example.com`;
    expect((await auth(a, 'register', { username, email, password: PASSWORD })).status).toBe(201);
    return { username, email };
  };
  /** A session that both processes have cached. */
  const loggedIn = async (username: string, password = PASSWORD): Promise<string> => {
    const { body } = await auth(a, 'login', { username, password });
    secrets.push(body.access_token, body.refresh_token);
    for (const client of [a, b]) expect(await statusOf(client, body.access_token)).toBe(200);
    return body.access_token;
  };
  const statusOf = async (client: Client, token: string): Promise<number> =>
    (await client.get('/api/v1/users/me', { token })).status;

  const newPassword = (): string => {
    const password = `Brand-N3w-${++made}`;
    secrets.push(password);
    return password;
  };
  /** Waits for the token in the last mail with a subject. */
  const tokenTo = async (email: string, subject: string): Promise<string> => {
    const sql = 'SELECT text FROM mails WHERE recipient = $1 AND subject = $2 ORDER BY id DESC';
    const find = async () => (await database.query<{ text: string }>(sql, [email, subject])).rows[0];
    await expect.poll(find).toBeDefined();
    const token = tokenIn((await find())!);
    secrets.push(token);
    return token;
  };

  it('a changed password ends all other sessions everywhere at once, and keeps the current one', async () => {
    for (let n = 0; n < TIMES; n++) {
      const { username } = await newcomer();
      const [own, other] = [await loggedIn(username), await loggedIn(username)];
      const body = { currentPassword: PASSWORD, newPassword: newPassword() };
      expect((await auth(a, 'change-password', body, own)).status).toBe(204);
      expect([await statusOf(b, other), await statusOf(b, own)]).toEqual([401, 200]);
      expect([await statusOf(a, other), await statusOf(a, own)]).toEqual([401, 200]);
    }
  });

  it('a password reset in one ends all sessions in the other at once', async () => {
    for (let n = 0; n < TIMES; n++) {
      const { username, email } = await newcomer();
      const token = await loggedIn(username);
      await auth(a, 'forgot-password', { email });
      const link = await tokenTo(email, 'Reset your password');
      expect((await auth(a, 'reset-password', { token: link, password: newPassword() })).status).toBe(204);
      expect([await statusOf(b, token), await statusOf(a, token)]).toEqual([401, 401]);
    }
  });

  it('a failure after the response is logged, and the work is retried', async () => {
    const { email } = await newcomer();
    await database.query('ALTER TABLE mails RENAME TO away');
    expect((await auth(a, 'forgot-password', { email })).status).toBe(202);
    const outputs = () => processes.a.output + processes.b.output;
    const line = /"level":"warn".*The job account-recovery\.send-reset-link [\w-]+ failed at attempt 1/;
    await expect.poll(outputs).toMatch(line);
    expect((await database.query('SELECT email FROM link_requests')).rows).toEqual([{ email }]);
    await database.query('ALTER TABLE away RENAME TO mails');
    await database.query(`UPDATE ${JOBS_SCHEMA}.job SET start_after = now() WHERE state = 'retry'`);
    await tokenTo(email, 'Reset your password');
    expect((await database.query('SELECT email FROM link_requests')).rows).toEqual([]);
  });

  it('a promised link is sent even if the process dies at that moment', async () => {
    const { email } = await newcomer();
    const c = await ApiProcess.start({ DATABASE_URL: processes.databaseUrl, WORKER: 'none' });
    await database.query('BEGIN');
    await database.query('SELECT 1 FROM users WHERE email = $1 FOR UPDATE', [email]);
    expect((await auth(c.client, 'forgot-password', { email })).status).toBe(202);
    await c.kill();
    await database.query('COMMIT');
    await tokenTo(email, 'Reset your password');
  });

  it('the logs contain no secret', async () => {
    const { username, email } = await newcomer();
    secrets.push(await tokenTo(email, `Welcome to Gatehouse, ${username}`));
    await auth(b, 'reset-password', { token: secrets.at(-1)!, password: newPassword() });
    await Promise.all(processes.both.map((api) => api.stop()));

    const output = processes.a.output + processes.b.output;
    // Other output is for the developer at the terminal, and contains the passwords of the sample users.
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.filter((line) => line.includes('/auth/reset-password')).length).toBeGreaterThan(TIMES);
    expect(secrets.length).toBeGreaterThan(TIMES * 4);
    const leaks = lines.filter((line) => [PASSWORD, ...secrets].some((secret) => line.includes(secret)));
    expect(leaks).toEqual([]);
  });
});
