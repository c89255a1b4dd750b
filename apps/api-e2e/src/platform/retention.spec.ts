import { Jobs, JOBS_SCHEMA } from '@gatehouse/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditOf, logIn, newcomer, refresh } from '../support/people.js';
import { PASSWORD, send, TestApp } from '../support/test-app.js';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start({ THROTTLE_DISABLED: 'true', AUDIT_RETENTION_DAYS: '30', REFRESH_GRACE_MS: '0' });
});
afterAll(() => app.stop());

const count = async (sql: string, values: unknown[] = []): Promise<number> =>
  Number((await app.dataSource.query(`SELECT count(*) FROM ${sql}`, values))[0].count);

/** Runs the repeating job. */
async function run(name: string): Promise<void> {
  const job = app.app.get(Jobs).defined.find((defined) => defined.name === name)!;
  expect(job.every).toMatch(/^[\d*/]+ [\d*]+ \* \* \*$/);
  await job.handler({ id: '', payload: {}, attempt: 1, signal: new AbortController().signal });
}

describe('The audit trail', () => {
  it('is kept for AUDIT_RETENTION_DAYS, whatever its size, and changed by nothing else', async () => {
    await app.dataSource.query(`
      INSERT INTO audit_events (id, action, created_at)
      SELECT gen_random_uuid(), 'spec.old', now() - interval '31 days' FROM generate_series(1, 12000);
      INSERT INTO audit_events (id, action, created_at)
      SELECT gen_random_uuid(), 'spec.new', now() - interval '29 days' FROM generate_series(1, 10)`);
    await run('audit.forget-old');
    expect(await count(`audit_events WHERE action = 'spec.old'`)).toBe(0);
    expect(await count(`audit_events WHERE action = 'spec.new'`)).toBe(10);
    for (const change of [
      'DELETE FROM audit_events',
      `UPDATE audit_events SET action = 'x'`,
      'TRUNCATE audit_events',
    ])
      await expect(app.dataSource.query(change)).rejects.toThrow('append-only');
    await expect(
      app.dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL audit.allow_removal = 'on'`);
        await manager.query(`UPDATE audit_events SET action = 'x'`);
      }),
    ).rejects.toThrow('append-only');
  });

  it('contains failed log-ins of accounts; those of unknown names are counted', async () => {
    const { id, username } = await newcomer(app);
    const failures = async (name: string) => {
      const { text } = await send(app.url, 'GET', '/metrics');
      return Number(
        new RegExp(`^login_failures_total\\{name="${name}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
      );
    };
    const before = await count('audit_events');
    const [known, unknown] = [await failures('known'), await failures('unknown')];
    for (const name of [username, 'nobody-1', 'nobody-2', 'nobody@example.com'])
      await app.request('POST', '/api/v1/auth/login', {
        body: { username: name, password: 'Wrong1Password' },
      });
    await expect.poll(() => failures('unknown')).toBe(unknown + 3);
    await expect.poll(() => failures('known')).toBe(known + 1);
    await expect.poll(async () => (await auditOf(app, id)).at(-1)?.action).toBe('auth.login-failed');
    expect(await count('audit_events')).toBe(before + 1);
  });
});

describe('Sessions', () => {
  it('of a user are a thousand at most: ended ones are deleted first, then the least recently used', async () => {
    const { id, username, token } = await newcomer(app);
    await app.dataSource.query(
      `INSERT INTO sessions (id, user_id, credentials_version, last_used_at, expires_at, revoked_at)
      SELECT gen_random_uuid(), $1, 1, now() + n * interval '1 second', now() + interval '1 day',
        CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 999) AS n`,
      [id],
    );
    const second = await logIn(app, username);
    expect(await count('sessions WHERE user_id = $1', [id])).toBe(1000);
    expect((await app.request('GET', '/api/v1/users/me', { token })).status).toBe(200);
    // All remaining ones are used now, except the oldest.
    await app.dataSource.query(
      `UPDATE sessions SET revoked_at = NULL, last_used_at = now() WHERE user_id = $1 AND id <> (
        SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at LIMIT 1)`,
      [id],
    );
    await app.dataSource.query(
      `UPDATE sessions SET last_used_at = now() - interval '1 hour' WHERE id = (
        SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_at LIMIT 1)`,
      [id],
    );
    await logIn(app, username);
    expect(await count('sessions WHERE user_id = $1', [id])).toBe(1000);
    expect((await app.request('GET', '/api/v1/users/me', { token })).status).toBe(401);
    expect((await app.request('GET', '/api/v1/users/me', { token: second.token })).status).toBe(200);
    const listed = await app.request('GET', '/api/v1/auth/sessions', { token: second.token });
    expect(listed.body).toHaveLength(1000);
  });

  it('that have expired are deleted, also of users who never return', async () => {
    const { id } = await newcomer(app);
    await app.dataSource.query(
      `UPDATE sessions SET expires_at = now() - interval '1 minute' WHERE user_id = $1`,
      [id],
    );
    await run('auth.forget-sessions');
    expect(await count('sessions WHERE user_id = $1', [id])).toBe(0);
  });

  it('have at most five thousand spent refresh tokens', async () => {
    const { id, refreshToken } = await newcomer(app);
    await app.dataSource.query(
      `INSERT INTO refresh_tokens (token_hash, session_id, spent_at)
      SELECT sha256(n::text::bytea), sessions.id, now() - n * interval '1 second'
      FROM sessions, generate_series(1, 6000) AS n WHERE user_id = $1`,
      [id],
    );
    expect((await refresh(app, refreshToken)).status).toBe(200);
    const tokens = `refresh_tokens JOIN sessions ON sessions.id = session_id WHERE user_id = $1`;
    expect(await count(tokens, [id])).toBeLessThanOrEqual(5_003);
    expect((await refresh(app, refreshToken)).status).toBe(401);
  });
});

it('unused links and unsent mails are deleted', async () => {
  const { email } = await newcomer(app);
  await app.dataSource.query(
    `UPDATE account_tokens SET created_at = created_at - interval '4 days', expires_at = expires_at - interval '4 days'
    WHERE email = $1`,
    [email],
  );
  await app.dataSource.query(
    `UPDATE mails SET created_at = now() - interval '31 days' WHERE recipient = $1`,
    [email],
  );
  const other = await newcomer(app);
  await run('accounts.forget-links');
  await run('mail.forget-unsent');
  for (const [who, left] of [
    [email, 0],
    [other.email, 1],
  ] as const) {
    expect(await count('account_tokens WHERE email = $1', [who])).toBe(left);
    expect(await count('mails WHERE recipient = $1', [who])).toBe(left);
  }
});

it('requests of anonymous callers are deleted when they are done, at the latest after a day', async () => {
  const idle = await count('link_requests');
  for (const name of ['x', 'y']) {
    const body = { email: `${name}@example.com` };
    expect((await app.request('POST', '/api/v1/auth/forgot-password', { body })).status).toBe(202);
  }
  expect(await count('link_requests')).toBe(idle + 2);
  await app.dataSource.query(`UPDATE link_requests SET created_at = now() - interval '1 day'`);
  await run('accounts.forget-links');
  expect(await count('link_requests')).toBe(0);

  const jobs = `${JOBS_SCHEMA}.job WHERE name = 'account-recovery.send-reset-link'`;
  expect(await count(jobs)).toBe(2);
  const end = `UPDATE ${jobs.replace(' WHERE', ` SET state = 'completed', completed_on = now() - $1::interval WHERE`)}`;
  await app.dataSource.query(end, ['59 minutes']);
  await run('jobs.forget-done');
  expect(await count(jobs)).toBe(2);
  await app.dataSource.query(end, ['61 minutes']);
  await run('jobs.forget-done');
  expect(await count(jobs)).toBe(0);
});

it('counts of failed log-ins are deleted after their window', async () => {
  const body = { username: 'nobody-3', password: PASSWORD };
  await app.request('POST', '/api/v1/auth/login', { body });
  expect(await count('login_attempts')).toBeGreaterThan(0);
  await app.dataSource.query(`UPDATE login_attempts SET ends_at = now() - interval '1 second'`);
  await run('auth.forget-login-attempts');
  expect(await count('login_attempts')).toBe(0);
});
