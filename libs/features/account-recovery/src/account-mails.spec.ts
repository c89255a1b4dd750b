import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Environment } from '@gatehouse/config';
import { Mailer, type RenderedMail } from '@gatehouse/mail';
import type { EntityManager } from 'typeorm';
import { AccountMails } from './account-mails.js';

const HOSTILE = 'eve\r\nBcc: victim@example.com\u2028<script>alert(1)</script>"\'&';
const TOKEN = `gha_${'A'.repeat(43)}`;
const email = 'ada@example.com';
const manager = {} as EntityManager;

/** Renders every mail, in the order of the template files. */
async function everyMail(person: { username: string }, other: string): Promise<Map<string, RenderedMail>> {
  const queued: RenderedMail[] = [];
  const mailer = { queue: async (_: string, mail: RenderedMail) => void queued.push(mail) };
  const environment = Object.assign(new Environment(), { PUBLIC_URL: 'https://gatehouse.example' });
  const mails = new AccountMails(environment, mailer as unknown as Mailer);
  await mails.queue('already-registered', other, { email: other }, manager);
  await mails.queueLink('change-email', email, person, TOKEN, manager);
  await mails.queue('email-change-attempted', email, { ...person, newEmail: other }, manager);
  await mails.queue('email-changed', email, { ...person, newEmail: other }, manager);
  await mails.queue('password-changed', email, person, manager);
  await mails.queueLink('reset-password', email, person, TOKEN, manager);
  await mails.queueLink('verify-email', email, person, TOKEN, manager);
  await mails.queueLink('welcome', email, person, TOKEN, manager);
  const files = readdirSync(new URL('../mails/', import.meta.url)).filter((file) => file.endsWith('.txt'));
  expect(queued).toHaveLength(files.length);
  return new Map(files.map((file, n) => [file.replace('.txt', ''), queued[n]!]));
}

describe('every mail', () => {
  it('has the same content in text and HTML', async () => {
    for (const [name, { text, html }] of await everyMail({ username: 'ada' }, 'b@example.com')) {
      const plain = html
        .replace(/<head>[^]*<\/head>/, '')
        .replace(/<a\s+href="([^"]+)"\s*>[^<]*<\/a\s*>/g, '$1')
        .replace(/<[^>]+>/g, ' ');
      expect(plain.split(/\s+/).join(' ').trim(), name).toBe(text.split(/\s+/).join(' ').trim());
    }
  });

  it('loads nothing, and links to the public address only', async () => {
    for (const [name, { text, html }] of await everyMail({ username: 'ada' }, 'b@example.com')) {
      expect(html, name).not.toMatch(/<(img|link|script|style|iframe)\b|url\(/);
      for (const [link] of (text + html).matchAll(/https?:[^\s"<]+/g))
        expect(link).toMatch(
          new RegExp(`^https://gatehouse\\.example/account/(verify-email|reset-password)#token=${TOKEN}$`),
        );
    }
  });

  it('prevents header and HTML injection', async () => {
    for (const [name, { subject, html }] of await everyMail({ username: HOSTILE }, HOSTILE)) {
      expect(subject, name).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(subject.length, name).toBeLessThan(200);
      expect(html, name).not.toContain('<script');
    }
  });
});
