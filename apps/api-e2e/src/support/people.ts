import { randomBytes } from 'node:crypto';
import { type Answer, PASSWORD, type TestApp } from './test-app.js';

/** A logged-in user. */
export interface Person {
  id: string;
  username: string;
  email: string;
  token: string;
  refreshToken: string;
}

/** Registers a user and logs in. */
export async function newcomer(app: TestApp): Promise<Person> {
  const username = `person-${randomBytes(6).toString('hex')}`;
  const email = `${username}@example.com`;
  const body = { username, email, password: PASSWORD };
  const user = await app.request('POST', '/api/v1/auth/register', { body });
  return { id: user.body.id, username, email, ...(await logIn(app, username)) };
}

/** @returns the tokens of a new log-in */
export async function logIn(
  app: TestApp,
  username: string,
  headers: Record<string, string> = {},
): Promise<{ token: string; refreshToken: string }> {
  const body = { username, password: PASSWORD };
  const { body: tokens } = await app.request('POST', '/api/v1/auth/login', { body, headers });
  return { token: tokens.access_token, refreshToken: tokens.refresh_token };
}

/** @returns the `Cookie` header of a new log-in */
export async function cookieLogIn(
  app: TestApp,
  username: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const body = { username, password: PASSWORD };
  return cookieOf(await app.request('POST', '/api/v1/auth/session', { body, headers }));
}

/** The `Cookie` header that a browser sends after this response. */
export function cookieOf({ headers }: Answer): string {
  return headers.get('set-cookie')!.split(';')[0]!;
}

export function refresh(
  app: TestApp,
  refresh_token: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return app.request('POST', '/api/v1/auth/refresh', { body: { refresh_token }, headers });
}

/** Audit entries on log-ins and credentials of a subject, oldest first. */
export async function auditOf(app: TestApp, subjectId: string): Promise<AuditRow[]> {
  return app.dataSource.query<AuditRow[]>(
    `SELECT action, actor_id AS "actorId", address, details FROM audit_events
     WHERE subject_id = $1 AND action LIKE 'auth.%' ORDER BY id`,
    [subjectId],
  );
}

export interface AuditRow {
  action: string;
  actorId: string | null;
  address: string | null;
  details: Record<string, unknown>;
}
