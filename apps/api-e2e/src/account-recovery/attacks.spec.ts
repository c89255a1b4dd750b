import { PasswordHasher } from '@gatehouse/users';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { call } from '../support/http-client.js';
import { type Member, Recovery } from './recovery.js';
import { type Answer, PASSWORD, TestApp } from '../support/test-app.js';

const PUBLIC_URL = 'https://gatehouse.example';
const NEW_PASSWORD = 'An0therPassword';
const INVALID_LINK = [400, 'This link is invalid or has expired'];

let app: TestApp;
let recovery: Recovery;
let admin: string;

beforeAll(async () => {
  // Even a trusted proxy cannot determine the links in mails.
  app = await TestApp.start({
    WORKER: 'inside',
    THROTTLE_DISABLED: 'true',
    PUBLIC_URL,
    TRUST_PROXY: 'loopback',
  });
  recovery = new Recovery(app);
  admin = await app.loginAs('admin');
});
afterAll(() => app.stop());

const problemOf = ({ status, body }: Answer): [number, string] => [status, body.detail];
const countMails = async (): Promise<number> => {
  const [row] = await app.dataSource.query<{ count: string }[]>('SELECT count(*) FROM mails');
  return Number(row!.count);
};

/** The parts of a response that could reveal something, without those that differ each time. */
function visible({ status, text, headers }: Answer): unknown {
  const varying = ['date', 'x-request-id', 'x-process-time', 'server-timing'];
  const rest = [...headers].filter(([name]) => !varying.includes(name) && !name.startsWith('ratelimit'));
  return { status, text, headers: rest };
}

/** Keeps a user's row locked while `work` runs. */
async function whileLocked({ id }: Member, work: () => Promise<void>): Promise<void> {
  await app.dataSource.transaction(async (manager) => {
    await manager.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [id]);
    await work();
  });
}

describe('Open redirect', () => {
  it.each<Record<string, string>>([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    { forwarded: 'host=evil.example;proto=http' },
    { 'x-original-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
    { origin: 'https://evil.example', referer: 'https://evil.example/account/' },
  ])('a link in a mail leads to the public address whatever the client sends: %j', async (headers) => {
    const { email } = await recovery.member();
    const type = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email });
    await call(app.url, 'POST', '/api/v1/auth/forgot-password', { headers: { ...type, ...headers }, body });
    const username = email.split('@')[0] + '-x';
    const account = JSON.stringify({ username, email: `x-${email}`, password: PASSWORD });
    await call(app.url, 'POST', '/api/v1/auth/register', { headers: { ...type, ...headers }, body: account });
    const letters = [...(await recovery.mailbox.to(email)), ...(await recovery.mailbox.to(`x-${email}`))];
    expect(letters).toHaveLength(3);
    for (const { subject, text, html } of letters) {
      expect(subject + text + html).not.toContain('evil');
      for (const [link] of (text + html).matchAll(/https?:[^\s"<]+/g))
        expect(link).toMatch(/^https:\/\/gatehouse\.example\/account\/[a-z-]+#token=gha_[\w-]{43}$/);
    }
  });
});

describe('Header injection', () => {
  const injections = ['\r\nBcc: victim@example.com', '\nSubject: x', '\u2028x', '\0'];

  it.each(injections)('is not an address: %j', async (injection) => {
    const { token } = await recovery.member();
    const before = await countMails();
    for (const email of [`mallory@example.com${injection}`, `mallory${injection}@example.com`]) {
      const account = { username: 'mallory', email, password: PASSWORD };
      const answers = [
        await recovery.auth('register', account),
        await recovery.auth('forgot-password', { email }),
        await recovery.auth('change-email', { email, password: PASSWORD }, token),
      ];
      expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
    }
    await recovery.mailbox.idle();
    expect(await countMails()).toBe(before);
  });

  it('is not a username, and therefore in no subject', async () => {
    for (const injection of injections) {
      const account = { username: `mallory${injection}`, email: 'm@example.com', password: PASSWORD };
      expect((await recovery.auth('register', account)).status).toBe(422);
    }
  });
});

describe('A token is worth nothing', () => {
  const reset = (token: string) => recovery.auth('reset-password', { token, password: NEW_PASSWORD });
  const verify = (token: string) => recovery.auth('verify-email', { token });
  const changeUser = (id: string, body: object) =>
    app.request('PATCH', `/api/v1/users/${id}`, { token: admin, body });

  it.each([
    '',
    'gha_',
    `gha_${'A'.repeat(43)}`,
    `ghr_${'A'.repeat(43)}`,
    'A'.repeat(1000),
    "gha_' OR '1'='1",
  ])('when it is made up: %j', async (token) => {
    const expected = token === '' ? 422 : 400;
    expect([(await reset(token)).status, (await verify(token)).status]).toEqual([expected, expected]);
  });

  it('the second time', async () => {
    const member = await recovery.member();
    const [resetToken, verifyToken] = [
      await recovery.resetToken(member),
      await recovery.changeToken(member, 'reused@example.com'),
    ];
    expect((await verify(verifyToken)).status).toBe(204);
    expect(problemOf(await verify(verifyToken))).toEqual(INVALID_LINK);
    expect(problemOf(await reset(resetToken))).toEqual(INVALID_LINK);
    await recovery.age('61 seconds');
    const again = await recovery.resetToken({ ...member, email: 'reused@example.com' });
    expect((await reset(again)).status).toBe(204);
    expect(problemOf(await reset(again))).toEqual(INVALID_LINK);
  });

  it('for another purpose, and stays valid for its own', async () => {
    const member = await recovery.member();
    const verifyToken = await recovery.mailbox.tokenTo(member.email);
    const resetToken = await recovery.resetToken(member);
    const changeToken = await recovery.changeToken(member, 'purpose@example.com');
    for (const token of [verifyToken, changeToken])
      expect(problemOf(await reset(token))).toEqual(INVALID_LINK);
    expect(problemOf(await verify(resetToken))).toEqual(INVALID_LINK);
    expect((await verify(verifyToken)).status).toBe(204);
    expect((await verify(changeToken)).status).toBe(204);
  });

  it('as a log-in, or the reverse', async () => {
    const member = await recovery.member();
    const token = await recovery.resetToken(member);
    expect((await recovery.me(token)).status).toBe(401);
    expect((await recovery.auth('refresh', { refresh_token: token })).status).toBe(401);
    for (const other of [member.token, member.refreshToken])
      expect(problemOf(await reset(other))).toEqual(INVALID_LINK);
  });

  it.each<[string, (member: Member) => Promise<unknown>]>([
    ['the password was set', ({ id }) => setPassword(id)],
    ['the user was disabled', ({ id }) => changeUser(id, { isActive: false })],
    [
      'the user was disabled and enabled again',
      async ({ id }) => [await changeUser(id, { isActive: false }), await changeUser(id, { isActive: true })],
    ],
    ['the address was changed', ({ id, username }) => changeUser(id, { email: `${username}@other.example` })],
    ['the user was deleted', ({ id }) => app.request('DELETE', `/api/v1/users/${id}`, { token: admin })],
    ['three days have passed', () => recovery.age('3 days')],
  ])('after %s, of whatever purpose', async (_, happen) => {
    const member = await recovery.member();
    const verifyToken = await recovery.mailbox.tokenTo(member.email);
    const resetToken = await recovery.resetToken(member);
    const changeToken = await recovery.changeToken(member, `new-${member.email}`);
    await happen(member);
    expect(problemOf(await verify(verifyToken))).toEqual(INVALID_LINK);
    expect(problemOf(await verify(changeToken))).toEqual(INVALID_LINK);
    expect(problemOf(await reset(resetToken))).toEqual(INVALID_LINK);
  });

  it('after it has expired, which is after an hour, a day or three days', async () => {
    const member = await recovery.member();
    const verifyToken = await recovery.mailbox.tokenTo(member.email);
    const resetToken = await recovery.resetToken(member);
    const changeToken = await recovery.changeToken(member, 'expiring@example.com');
    const lives = await app.dataSource.query(
      `SELECT purpose, extract(epoch FROM expires_at - created_at)::int / 3600 AS hours
       FROM account_tokens WHERE user_id = $1 ORDER BY hours`,
      [member.id],
    );
    expect(lives).toEqual([
      { purpose: 'reset-password', hours: 1 },
      { purpose: 'change-email', hours: 24 },
      { purpose: 'verify-email', hours: 72 },
    ]);
    await recovery.age('1 hour');
    expect(problemOf(await reset(resetToken))).toEqual(INVALID_LINK);
    await recovery.age('23 hours');
    expect(problemOf(await verify(changeToken))).toEqual(INVALID_LINK);
    expect((await verify(verifyToken)).status).toBe(204);
  });

  it('after a newer one of the purpose was sent', async () => {
    const member = await recovery.member();
    const first = await recovery.resetToken(member);
    await recovery.age('61 seconds');
    const second = await recovery.resetToken(member);
    expect(problemOf(await reset(first))).toEqual(INVALID_LINK);
    const elsewhere = await recovery.changeToken(member, 'first-choice@example.com');
    const other = await recovery.changeToken(member, 'second-choice@example.com');
    expect(problemOf(await verify(elsewhere))).toEqual(INVALID_LINK);
    expect((await reset(second)).status).toBe(204);
    expect(problemOf(await verify(other))).toEqual(INVALID_LINK);
  });

  it('to all but one of fifty concurrent uses, and costs one hash', async () => {
    const member = await recovery.member();
    const verifyToken = await recovery.changeToken(member, 'raced@example.com');
    const verified = await Promise.all(Array.from({ length: 50 }, () => verify(verifyToken)));
    expect(verified.filter(({ status }) => status === 204)).toHaveLength(1);
    await recovery.age('61 seconds');
    const resetToken = await recovery.resetToken({ ...member, email: 'raced@example.com' });
    const passwords = Array.from({ length: 50 }, (_, n) => `Passw0rd-${n}`);
    const hash = vi.spyOn(app.app.get(PasswordHasher), 'hash');
    const resets = await Promise.all(
      passwords.map((password) => recovery.auth('reset-password', { token: resetToken, password })),
    );
    const won = resets.flatMap(({ status }, n) => (status === 204 ? [passwords[n]!] : []));
    expect(won).toHaveLength(1);
    expect(hash).toHaveBeenCalledOnce();
    for (const loser of [...verified, ...resets].filter(({ status }) => status !== 204))
      expect(problemOf(loser)).toEqual(INVALID_LINK);
    expect((await recovery.login(member.username, won[0])).status).toBe(200);
    const subjects = await recovery.mailbox.subjectsTo('raced@example.com');
    expect(subjects.filter((subject) => subject === 'Your password was changed')).toHaveLength(1);
  });

  it('to readers of the database: only hashes are stored', async () => {
    const token = await recovery.resetToken(await recovery.member());
    const [row] = await app.dataSource.query(
      `SELECT string_agg(t::text, ' ') AS text FROM (SELECT token_hash::text AS t FROM account_tokens) AS t`,
    );
    expect(row.text).not.toContain(Buffer.from(token).toString('hex'));
  });

  async function setPassword(id: string): Promise<void> {
    const path = `/api/v1/users/${id}/set-password`;
    const body = { password: NEW_PASSWORD };
    expect((await app.request('POST', path, { token: admin, body })).status).toBe(204);
  }
});

describe('Enumeration', () => {
  it('finds no difference in the responses of forgot-password', async () => {
    const [verified, unverified, disabled] = [
      await recovery.member(),
      await recovery.member(),
      await recovery.member(),
    ];
    await recovery.auth('verify-email', { token: await recovery.mailbox.tokenTo(verified.email) });
    const body = { isActive: false };
    await app.request('PATCH', `/api/v1/users/${disabled.id}`, { token: admin, body });
    const emails = [verified.email, unverified.email, disabled.email, 'nobody@example.com'];
    const answers: unknown[] = [];
    for (const email of [...emails, ...emails])
      answers.push(visible(await recovery.auth('forgot-password', { email })));
    expect(answers[0]).toMatchObject({ status: 202, text: '' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const sent = await Promise.all(emails.map((email) => recovery.mailbox.subjectsTo(email)));
    const reset = 'Reset your password';
    expect(sent.map((subjects) => subjects.filter((subject) => subject === reset).length)).toEqual([
      1, 1, 0, 0,
    ]);
  });

  it('finds no difference between a free and a taken address in change-email', async () => {
    const [member, other] = [await recovery.member(), await recovery.member()];
    const answers: unknown[] = [];
    for (const email of ['free@example.com', other.email]) {
      const body = { email, password: PASSWORD };
      answers.push(visible(await recovery.auth('change-email', body, member.token)));
    }
    expect(answers[0]).toMatchObject({ status: 202, text: '' });
    expect(answers[1]).toEqual(answers[0]);
    const letter = (await recovery.mailbox.to(other.email)).at(-1)!;
    expect(letter.subject).toBe('You have an account already');
    // Neither a link nor a name, which would be an attacker's text.
    expect(letter.text + letter.html).not.toMatch(new RegExp(`#token|${member.username}\\b`));
    expect((await recovery.me(other.token)).body.email).toBe(other.email);
  });

  it('cannot fill the mailbox of a taken address, from however many accounts', async () => {
    const victim = await recovery.member();
    for (let n = 0; n < 3; n++) {
      const { token } = await recovery.member();
      await recovery.auth('change-email', { email: victim.email, password: PASSWORD }, token);
    }
    expect(await recovery.mailbox.to(victim.email)).toHaveLength(2);
  });

  it('finds no difference in time: no response waits for the work that an account causes', async () => {
    const member = await recovery.member();
    const before = await countMails();
    await whileLocked(member, async () => {
      const forgotten = await recovery.auth('forgot-password', { email: member.email });
      const body = { email: 'untimed@example.com', password: PASSWORD };
      const changed = await recovery.auth('change-email', body, member.token);
      expect([forgotten.status, changed.status]).toEqual([202, 202]);
      expect(await countMails()).toBe(before);
    });
    expect(await recovery.mailbox.to('untimed@example.com')).toHaveLength(1);
    expect(await recovery.mailbox.subjectsTo(member.email)).toContain('Reset your password');
  });

  it('cannot use up the database connections with requests for one account', async () => {
    const member = await recovery.member();
    await whileLocked(member, async () => {
      const ask = () => recovery.auth('forgot-password', { email: member.email });
      const answers = await Promise.all(Array.from({ length: 100 }, ask));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
      // needs: books
      expect((await app.request('GET', '/api/v1/books')).status).toBe(200);
      // end
      expect((await recovery.login('demo')).status).toBe(200);
    });
    const subjects = await recovery.mailbox.subjectsTo(member.email);
    expect(subjects.filter((subject) => subject === 'Reset your password')).toHaveLength(1);
  });
});

describe('Mass assignment', () => {
  const fields: Record<string, unknown> = {
    role: 'admin',
    isActive: true,
    id: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
    emailVerifiedAt: '2026-01-01T00:00:00Z',
    credentialsVersion: 7,
    passwordHash: 'x',
  };

  it.each(Object.entries(fields))(
    'of %s is refused at registration and in one’s own account',
    async (name, value) => {
      const member = await recovery.member();
      const account = { username: 'assigning', email: 'assigning@example.com', password: PASSWORD };
      const answers = [
        await recovery.auth('register', { ...account, [name]: value }),
        await app.request('PATCH', '/api/v1/users/me', { token: member.token, body: { [name]: value } }),
        await recovery.auth('forgot-password', { email: member.email, [name]: value }),
        await recovery.auth(
          'change-email',
          { email: account.email, password: PASSWORD, [name]: value },
          member.token,
        ),
      ];
      for (const { status, body } of answers)
        expect([status, body.errors]).toMatchObject([422, [{ path: name, code: 'unknown' }]]);
      expect(await recovery.verifiedAt(member)).toBeNull();
    },
  );

  it('of your own email is refused: only the link changes it', async () => {
    const { token, email } = await recovery.member();
    const body = { email: 'assigned-by-me@example.com' };
    const answer = await app.request('PATCH', '/api/v1/users/me', { token, body });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ path: 'email', code: 'unknown' }]]);
    expect((await recovery.me(token)).body.email).toBe(email);
  });
});
