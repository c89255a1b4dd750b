// needs: ticketing, account-recovery
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessClient, GROUPS } from '../support/access-client.js';
import { TICKETING } from '../ticketing/box-office.js';
import { Recovery } from '../account-recovery/recovery.js';

/** The same text, composed as most keyboards do, and decomposed as in file names of macOS. */
const [NFC, NFD] = ['jos\u00e9', 'jose\u0301'];
const PASSWORD = 'Contrase\u00f1a \u00bd 1';
const SAME_PASSWORDS = [PASSWORD, PASSWORD.normalize('NFD'), PASSWORD.normalize('NFKC')];

let access: AccessClient;
let recovery: Recovery;

beforeAll(async () => {
  access = await AccessClient.start({ WORKER: 'inside' });
  recovery = new Recovery(access.app);
});
afterAll(() => access.stop());

let made = 0;
const register = (email: string, password = 'Passw0rd') =>
  recovery.auth('register', { username: `unicode-${++made}`, email, password });

describe('An email is one account', () => {
  it.each([
    [`${NFC}@example.com`, `${NFD}@example.com`, `${NFC}@example.com`],
    ['ada@m\u00fcnchen.example', 'ada@xn--mnchen-3ya.example', 'ada@xn--mnchen-3ya.example'],
    ['ada@xn--bcher-kva.example', 'Ada@BU\u0308CHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@例子.公司', 'ada@例子。公司', 'ada@xn--fsqu00a.xn--55qx5d'],
    ['ada@ｗｉｄｅ.example', 'ada@wide.example', 'ada@wide.example'],
  ])('%s and %s', async (one, other, kept) => {
    const { status, body } = await register(one);
    expect([status, body.email]).toEqual([201, kept]);
    expect((await register(other)).status).toBe(409);
    for (const login of [one, other, one.normalize('NFD'), one.toUpperCase()])
      expect((await recovery.login(login)).status).toBe(200);
    expect((await recovery.auth('forgot-password', { email: other })).status).toBe(202);
    expect(await recovery.mailbox.to(kept)).toHaveLength(2);
  });

  it('also when created, changed and confirmed', async () => {
    await register('zoe@m\u00fcnchen.example');
    const taken = 'zoe@mu\u0308nchen.example';
    const user = { username: 'created-unicode', email: taken, password: 'Passw0rd' };
    expect((await access.send('POST', '/api/v1/users', user)).status).toBe(409);
    const { id, token } = await access.person();
    expect((await access.send('PATCH', `/api/v1/users/${id}`, { email: taken })).status).toBe(409);
    await recovery.auth('change-email', { email: taken, password: 'Passw0rd' }, token);
    const letters = await recovery.mailbox.subjectsTo('zoe@xn--mnchen-3ya.example');
    expect(letters.at(-1)).toContain('already');
  });

  it.each(['a@ex\u00e4mple.com/x', 'a@\u00e4?b.com', 'a@\u00e4#b.com', 'a@b@\u00e4.com', 'a@xn--\u00fc.com'])(
    '%s is none',
    async (email) => expect((await register(email)).status).toBe(422),
  );
});

describe('A password is the same however it is typed', () => {
  it('after a registration, with a log-in and a cookie', async () => {
    await register('typed@example.com', SAME_PASSWORDS[1]);
    for (const password of SAME_PASSWORDS) {
      const body = { username: 'typed@example.com', password };
      expect((await recovery.auth('login', body)).status).toBe(200);
      expect((await recovery.auth('session', body)).status).toBe(200);
    }
  });

  it('after a change, a reset, and when an administrator sets it', async () => {
    const member = await recovery.member();
    const login = async () => {
      const answers = [];
      for (const password of SAME_PASSWORDS) answers.push(await recovery.login(member.username, password));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      return answers[0]!.body.access_token;
    };
    const first = { currentPassword: 'Passw0rd', newPassword: SAME_PASSWORDS[0] };
    expect((await recovery.auth('change-password', first, member.token)).status).toBe(204);
    const second = { currentPassword: SAME_PASSWORDS[2], newPassword: SAME_PASSWORDS[1] };
    expect((await recovery.auth('change-password', second, await login())).status).toBe(204);
    await login();
    const reset = { token: await recovery.resetToken(member), password: SAME_PASSWORDS[2] };
    expect((await recovery.auth('reset-password', reset)).status).toBe(204);
    await login();
    const set = { password: SAME_PASSWORDS[1] };
    expect((await access.send('POST', `/api/v1/users/${member.id}/set-password`, set)).status).toBe(204);
    await login();
  });

  it('is measured and judged as it is stored', async () => {
    // Eight characters as sent, seven as stored; and one of the most common passwords in full-width letters.
    for (const password of ['Pa0 cie\u0301', 'Ｐａｓｓｗｏｒｄ１２３'])
      expect((await register('short@example.com', password)).status).toBe(422);
  });
});

describe('A name is taken whatever its Unicode form, width or case', () => {
  const names = ['Caf\u00e9 Stra\u00dfe', 'Cafe\u0301 STRASSE', 'ＣＡＦÉ Strasse'];

  it('of groups', async () => {
    const { status, body } = await access.send('POST', GROUPS, { name: names[0] });
    expect([status, body.name]).toEqual([201, names[0]]);
    const other = await access.group();
    for (const name of names.slice(1)) {
      expect((await access.send('POST', GROUPS, { name })).status).toBe(409);
      expect((await access.send('PATCH', `${GROUPS}/${other}`, { name })).status).toBe(409);
      const found = await access.get(`${GROUPS}?q=${encodeURIComponent(name.slice(2))}`);
      expect(found.body.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
      const renamed = await access.send('PATCH', `${GROUPS}/${body.id}`, { name });
      expect([renamed.status, renamed.body.name]).toEqual([200, name]);
    }
  });

  it('of the events of an organiser', async () => {
    const post = (path: string, body: object) => access.send('POST', `${TICKETING}/${path}`, body);
    const [one, two] = [await post('organisers', { name: 'One' }), await post('organisers', { name: 'Two' })];
    const event = (organiserId: string, name: string) =>
      post('events', { organiserId, name, openDate: '2026-07-01T12:00:00Z' });
    const { status, body } = await event(one.body.id, names[0]!);
    expect([status, body.name]).toEqual([201, names[0]]);
    const other = await event(one.body.id, 'Another');
    for (const name of names.slice(1)) {
      const refused = await event(one.body.id, name);
      expect([refused.status, refused.body.detail]).toEqual([400, 'Event already exists']);
      const path = `${TICKETING}/events/${other.body.id}`;
      expect((await access.send('PATCH', path, { name })).status).toBe(400);
    }
    expect((await event(two.body.id, names[1]!)).status).toBe(201);
    const own = await access.send('PATCH', `${TICKETING}/events/${body.id}`, { name: names[1] });
    expect([own.status, own.body.name]).toEqual([200, names[1]]);
  });

  it('however long it is in that form', async () => {
    const name = (characters: string) =>
      Array.from({ length: 100 }, (_, i) => [...characters][i % [...characters].length]).join('');
    for (const characters of ['\ufdfa', '\u3316\u3315\u3334\u3336\ufdfb\ufdfa'])
      expect((await access.send('POST', GROUPS, { name: name(characters) })).status).toBe(201);
  });
});
