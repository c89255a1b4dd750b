import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Mailer } from '@gatehouse/mail';
import { rawRequest } from '../support/raw-request.js';
import { send, TestApp } from '../support/test-app.js';

const EVIL = '<script>alert(1)</script>';

let app: TestApp;

beforeAll(async () => {
  app = await TestApp.start({ NODE_ENV: 'development', PUBLIC_URL: 'https://mail.gatehouse.example' });
  for (let i = 0; i < 3; i++) {
    await app.app.get(Mailer).queue(
      `user-${i}@example.com`,
      {
        subject: `Mail ${i} ${EVIL}`,
        text: `Open https://localhost/reset?token=a&b=c now. ${EVIL}`,
        html: `<style>p { color: red }</style><p title="x">Open <a href="https://localhost/reset">this</a></p>${EVIL}`,
      },
      app.app.get(DataSource).manager,
    );
  }
});
afterAll(() => app.stop());

const get = (path: string, accept = 'text/html') => send(app.url, 'GET', path, { headers: { accept } });
const ids = async (): Promise<string[]> =>
  (await get('/dev/mail', 'application/json')).body.items.map(({ id }: { id: string }) => id);

describe('/dev/mail', () => {
  it('lists the mails that were not sent, newest first', async () => {
    const { status, body } = await get('/dev/mail', 'application/json');
    expect(status).toBe(200);
    expect(body.items.map(({ recipient }: { recipient: string }) => recipient)).toEqual([
      'user-2@example.com',
      'user-1@example.com',
      'user-0@example.com',
    ]);
    const page = await get('/dev/mail');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const id of await ids()) expect(page.text).toContain(`href="/dev/mail/${id}"`);
  });

  it('shows one, with links that can be clicked', async () => {
    const [id] = await ids();
    const { body } = await get(`/dev/mail/${id}`, 'application/json');
    expect(body).toMatchObject({ id, recipient: 'user-2@example.com', subject: `Mail 2 ${EVIL}` });
    expect(body.text).toContain(EVIL);
    const { text } = await get(`/dev/mail/${id}`);
    expect(text).toContain('user-2@example.com');
    expect(text).toContain('<a href="https://localhost/reset?token=a&amp;b=c">');
    expect(text).toContain('srcdoc="&lt;base target=&quot;_blank&quot;&gt;&lt;style&gt;');
  });

  it('runs no scripts of a mail', async () => {
    const [id] = await ids();
    for (const path of ['/dev/mail', `/dev/mail/${id}`]) {
      const { text, headers } = await get(path);
      expect(text).not.toMatch(/<script|allow-scripts|allow-same-origin/);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('script-src');
    }
  });

  it('reveals nothing to other sites', async () => {
    const { headers } = await send(app.url, 'GET', '/dev/mail', {
      headers: { origin: 'https://evil.example', accept: 'application/json' },
    });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['127.0.0.1', 200],
    ['[::1]:3000', 200],
    ['localhost:3000', 200],
    ['mail.gatehouse.example', 200],
    ['rebound.evil.example', 404],
    ['localhost.evil.example:3000', 404],
  ])('answers for the host %s with %i', async (host, status) => {
    const [id] = await ids();
    for (const path of ['/dev/mail', `/dev/mail/${id}`]) {
      const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX-Forwarded-Host: localhost\r\nConnection: close`;
      const answer = await rawRequest(app.url, `${head}\r\n\r\n`);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer.includes('user-2@example.com')).toBe(status === 200);
    }
  });

  it.each(['019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081', 'x', "'", '%00'])('has no mail %s', async (id) => {
    const { status, headers } = await get(`/dev/mail/${id}`);
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });
});

it.each([
  ['outside development', { NODE_ENV: 'test' }],
  ['with a mail server', { NODE_ENV: 'development', MAIL_URL: 'smtp://127.0.0.1:9' }],
])('is not there %s', async (_, variables) => {
  const other = await TestApp.start(variables);
  for (const path of ['/dev/mail', '/dev/mail/019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081']) {
    expect((await send(other.url, 'GET', path)).status).toBe(404);
  }
  await other.stop();
});
