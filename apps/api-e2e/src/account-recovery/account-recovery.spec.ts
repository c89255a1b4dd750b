import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Recovery } from './recovery.js';
import { type Answer, PASSWORD, send, TestApp } from '../support/test-app.js';

const NEW_PASSWORD = 'An0therPassword';
const INVALID_LINK = [400, 'This link is invalid or has expired'];
const WRONG_PASSWORD = [400, 'The current password is wrong'];

let app: TestApp;
let recovery: Recovery;

beforeAll(async () => {
  app = await TestApp.start({
    WORKER: 'inside',
    THROTTLE_DISABLED: 'true',
    PUBLIC_URL: 'https://gatehouse.example',
  });
  recovery = new Recovery(app);
});
afterAll(() => app.stop());

const problemOf = ({ status, body }: Answer): [number, string] => [status, body.detail];

describe('Registration', () => {
  const registrations = async () => {
    const { text } = await send(app.url, 'GET', '/metrics');
    return Number(/^registrations_total (\d+)$/m.exec(text)![1]);
  };

  it('sends a mail whose link verifies the address, and is audited and counted', async () => {
    const before = await registrations();
    const member = await recovery.member();
    expect(await registrations()).toBe(before + 1);
    const [welcome] = await recovery.mailbox.to(member.email);
    expect(welcome!.subject).toBe(`Welcome to Gatehouse, ${member.username}`);
    expect(await recovery.verifiedAt(member)).toBeNull();
    const token = await recovery.mailbox.tokenTo(member.email);
    expect((await recovery.auth('verify-email', { token })).status).toBe(204);
    expect(await recovery.verifiedAt(member)).toBeInstanceOf(Date);
    expect(await recovery.eventsOf(member)).toEqual(['accounts.registered', 'accounts.email-verified']);
    expect((await recovery.me(member.token)).body).not.toHaveProperty('emailVerifiedAt');
  });

  it('that is refused sends nothing and is not counted', async () => {
    const { username, email } = await recovery.member();
    const before = await registrations();
    const other = 'refused@example.com';
    const { status } = await recovery.auth('register', { username, email: other, password: PASSWORD });
    expect(status).toBe(409);
    expect(await registrations()).toBe(before);
    expect(await recovery.mailbox.to(other)).toEqual([]);
    expect(await recovery.mailbox.to(email)).toHaveLength(1);
  });

  it('is verified by a second link, which invalidates the first', async () => {
    const member = await recovery.member();
    const first = await recovery.mailbox.tokenTo(member.email);
    const resend = () => recovery.auth('resend-verification', undefined, member.token);
    expect((await resend()).status).toBe(202);
    expect(await recovery.mailbox.to(member.email)).toHaveLength(1);
    await recovery.age('61 seconds');
    expect((await resend()).status).toBe(202);
    const second = await recovery.mailbox.tokenTo(member.email);
    expect(second).not.toBe(first);
    expect(problemOf(await recovery.auth('verify-email', { token: first }))).toEqual(INVALID_LINK);
    expect((await recovery.auth('verify-email', { token: second })).status).toBe(204);
    await recovery.age('61 seconds');
    expect((await resend()).status).toBe(202);
    expect(await recovery.mailbox.to(member.email)).toHaveLength(2);
  });
});

describe('A forgotten password', () => {
  it('is reset by the link in a mail, which ends all sessions and verifies the address', async () => {
    const member = await recovery.member();
    const asked = await recovery.auth('forgot-password', { email: member.email.toUpperCase() });
    expect([asked.status, asked.text]).toEqual([202, '']);
    const token = await recovery.mailbox.tokenTo(member.email);
    const [, letter] = await recovery.mailbox.to(member.email);
    const link = `https://gatehouse.example/account/reset-password#token=${token}`;
    expect(letter!.text).toContain(`\n${link}\n`);
    expect(letter!.html).toContain(`href="${link}"`);

    const done = await recovery.auth('reset-password', { token, password: NEW_PASSWORD });
    expect([done.status, done.text]).toEqual([204, '']);
    expect((await recovery.me(member.token)).status).toBe(401);
    expect((await recovery.auth('refresh', { refresh_token: member.refreshToken })).status).toBe(401);
    expect((await recovery.login(member.username)).status).toBe(401);
    expect((await recovery.login(member.username, NEW_PASSWORD)).status).toBe(200);
    expect(await recovery.verifiedAt(member)).toBeInstanceOf(Date);
    expect((await recovery.mailbox.subjectsTo(member.email)).at(-1)).toBe('Your password was changed');
    expect(await recovery.eventsOf(member)).toEqual([
      'accounts.registered',
      'accounts.password-reset-requested',
      'accounts.password-reset',
    ]);
  });

  it('keeps its link valid when the new password is too weak', async () => {
    const member = await recovery.member();
    const token = await recovery.resetToken(member);
    expect((await recovery.auth('reset-password', { token, password: 'short' })).status).toBe(422);
    expect((await recovery.auth('reset-password', { token, password: NEW_PASSWORD })).status).toBe(204);
  });

  it('causes at most one mail per minute, and five per hour', async () => {
    const { email } = await recovery.member();
    const count = async () => (await recovery.mailbox.to(email)).length - 1;
    const ask = () => recovery.auth('forgot-password', { email });
    await Promise.all([ask(), ask(), ask(), ask(), ask()]);
    expect(await count()).toBe(1);
    for (const expected of [2, 3, 4, 5, 5, 5]) {
      await recovery.age('61 seconds');
      await ask();
      expect(await count()).toBe(expected);
    }
    await recovery.age('1 hour');
    await ask();
    expect(await count()).toBe(6);
  });
});

describe('A known password', () => {
  const change = (token: string, currentPassword: string) =>
    recovery.auth('change-password', { currentPassword, newPassword: NEW_PASSWORD }, token);

  it('is changed, which ends all sessions except the current one', async () => {
    const member = await recovery.member();
    const other = (await recovery.login(member.username)).body;
    const link = await recovery.resetToken(member);
    for (const token of [member.token, other.access_token])
      expect((await recovery.me(token)).status).toBe(200);
    expect((await change(member.token, PASSWORD)).status).toBe(204);
    expect((await recovery.me(member.token)).status).toBe(200);
    expect((await recovery.me(other.access_token)).status).toBe(401);
    expect((await recovery.auth('refresh', { refresh_token: other.refresh_token })).status).toBe(401);
    expect((await recovery.auth('refresh', { refresh_token: member.refreshToken })).status).toBe(200);
    expect((await recovery.login(member.username)).status).toBe(401);
    expect((await recovery.login(member.username, NEW_PASSWORD)).status).toBe(200);
    const reset = await recovery.auth('reset-password', { token: link, password: PASSWORD });
    expect(problemOf(reset)).toEqual(INVALID_LINK);
    expect((await recovery.mailbox.subjectsTo(member.email)).at(-1)).toBe('Your password was changed');
    expect((await recovery.eventsOf(member)).at(-1)).toBe('accounts.password-changed');
  });

  it('is changed by one of ten simultaneous attempts, and only with the current one', async () => {
    const member = await recovery.member();
    expect(problemOf(await change(member.token, 'Wr0ngPassword'))).toEqual(WRONG_PASSWORD);
    const answers = await Promise.all(Array.from({ length: 10 }, () => change(member.token, PASSWORD)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204))
      expect(problemOf(answer)).toEqual(WRONG_PASSWORD);
    const letters = await recovery.mailbox.subjectsTo(member.email);
    expect(letters.filter((subject) => subject === 'Your password was changed')).toHaveLength(1);
    expect((await change('', PASSWORD)).status).toBe(401);
  });
});

describe('An address', () => {
  it('is changed by the link in the mail to the new one, and the old one is notified', async () => {
    const member = await recovery.member();
    const email = 'moved@example.com';
    const body = { email: email.toUpperCase(), password: PASSWORD };
    const asked = await recovery.auth('change-email', body, member.token);
    expect([asked.status, asked.text]).toEqual([202, '']);
    const token = await recovery.mailbox.tokenTo(email);
    expect((await recovery.me(member.token)).body.email).toBe(member.email);
    expect((await recovery.auth('verify-email', { token })).status).toBe(204);
    expect((await recovery.me(member.token)).body.email).toBe(email);
    expect(await recovery.verifiedAt(member)).toBeInstanceOf(Date);
    expect((await recovery.login(email)).status).toBe(200);
    expect((await recovery.login(member.email)).status).toBe(401);
    expect((await recovery.mailbox.subjectsTo(member.email)).slice(1)).toEqual([
      'Somebody wants to change your address',
      'Your address was changed',
    ]);
    expect((await recovery.eventsOf(member)).slice(1)).toEqual([
      'accounts.email-change-requested',
      'accounts.email-changed',
    ]);
  });

  it('is not changed without the password', async () => {
    const { token } = await recovery.member();
    const body = { email: 'unconfirmed@example.com', password: 'Wr0ngPassword' };
    expect(problemOf(await recovery.auth('change-email', body, token))).toEqual(WRONG_PASSWORD);
    expect(await recovery.mailbox.to(body.email)).toEqual([]);
  });

  it('that another user took in the meantime is refused, and the link stays valid', async () => {
    const member = await recovery.member();
    const email = 'contested@example.com';
    const token = await recovery.changeToken(member, email);
    await recovery.auth('register', { username: 'contestant', email, password: PASSWORD });
    const answer = await recovery.auth('verify-email', { token });
    expect(problemOf(answer)).toEqual([409, 'User with this email already exists']);
    expect((await recovery.me(member.token)).body.email).toBe(member.email);
    await app.dataSource.query(`DELETE FROM users WHERE email = $1`, [email]);
    expect((await recovery.auth('verify-email', { token })).status).toBe(204);
  });

  it('is unverified after an administrator has set it', async () => {
    const member = await recovery.member();
    await recovery.auth('verify-email', { token: await recovery.mailbox.tokenTo(member.email) });
    const token = await app.loginAs('admin');
    const body = { email: 'assigned@example.com' };
    expect((await app.request('PATCH', `/api/v1/users/${member.id}`, { token, body })).status).toBe(200);
    expect(await recovery.verifiedAt(member)).toBeNull();
  });
});

describe('The pages that links lead to', () => {
  it.each(['reset-password', 'verify-email'])('/account/%s loads from this server only', async (page) => {
    const { status, headers, text } = await send(app.url, 'GET', `/account/${page}`);
    expect(status).toBe(200);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(text).not.toMatch(/https?:|<script>|style="|\son\w+=/);
    for (const [, path] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g))
      expect((await send(app.url, 'GET', path!)).status).toBe(200);
    expect(text).toContain(`data-endpoint="/api/v1/auth/${page}"`);
    const ids = [...text.matchAll(/<input id="([^"]+)"/g)].map(([, id]) => id);
    for (const id of ids) expect(text).toContain(`<label for="${id}">`);
  });
});
