import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { migrate } from '@gatehouse/database';
import { JOBS_SCHEMA, JobState } from '@gatehouse/jobs';
import { createTestDatabase, forkSource, SOON, type TestDatabase } from '@gatehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Mailer } from './mailer.js';
import { migrations, TestMail } from './testing/test-mail.js';
import { TestSmtpServer } from './testing/test-smtp-server.js';

let database: TestDatabase;
let server: TestSmtpServer;
let mail: TestMail;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrate({ url: database.url, migrations });
});
afterAll(() => database.drop());

beforeEach(async () => {
  server = await TestSmtpServer.start();
  mail = await TestMail.start(database.url, { MAIL_URL: server.url, MAIL_FROM: 'Us <us@example.com>' });
});
afterEach(async () => {
  await mail.dataSource.query(`DELETE FROM mails; DELETE FROM ${JOBS_SCHEMA}.job`);
  await mail.stop();
  await server.stop();
  vi.restoreAllMocks();
});

const isEmpty = () => vi.waitFor(async () => expect(await mail.mails()).toEqual([]), SOON);
const jobs = (...expected: object[]) =>
  vi.waitFor(async () => expect(await mail.jobs()).toMatchObject(expected), SOON);
const receives = (count: number) => vi.waitFor(() => expect(server.received).toHaveLength(count), SOON);
const headersOf = (raw: string): string[] => raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n');

describe('a mail', () => {
  it('is sent after the commit, in text and HTML, and removed', async () => {
    await mail.queue('ada@example.com', { subject: 'Grüße', text: 'A code: 1', html: '<b>A code: 1</b>' });
    await isEmpty();
    const [{ from, to, raw }] = server.received as [(typeof server.received)[0]];
    expect([from, to]).toEqual(['us@example.com', ['ada@example.com']]);
    expect(headersOf(raw)).toEqual(
      expect.arrayContaining(['From: Us <us@example.com>', 'To: ada@example.com']),
    );
    expect(raw).toContain('Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=');
    expect(raw).toMatch(/text\/plain[^]*A code: 1[^]*text\/html[^]*<b>A code: 1<\/b>/);
  });

  it('is not sent by a process without background work', async () => {
    const idle = await TestMail.start(database.url, { MAIL_URL: server.url, WORKER: 'none' });
    await mail.stop();
    await idle.queue('ada@example.com');
    await sleep(300);
    expect([server.received, await idle.jobs()]).toMatchObject([[], [{ state: 'created', retry_count: 0 }]]);
    mail = await TestMail.start(database.url, { MAIL_URL: server.url });
    await isEmpty();
    await idle.stop();
  });

  it('whose transaction is rolled back is never sent', async () => {
    const undone = mail.dataSource.transaction(async (manager) => {
      const content = { subject: 's', text: 't', html: 'h' };
      await mail.context.get(Mailer).queue('ada@example.com', content, manager);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await mail.queue('grace@example.com');
    await isEmpty();
    expect(server.received.map(({ to }) => to)).toEqual([['grace@example.com']]);
  });

  it('is retried later when the server is busy, and not before', async () => {
    server.refusal = { code: 451, message: 'Try later' };
    await mail.queue('ada@example.com');
    await jobs({ state: 'retry', output: { message: expect.stringContaining('Try later') } });
    const [job] = await mail.jobs();
    expect(job!.due).toBeGreaterThan(20);
    expect(job!.due).toBeLessThan(61);
    server.refusal = undefined;
    await mail.makeDue('mail.send');
    await isEmpty();
    expect(server.received).toHaveLength(1);
  });

  it('is abandoned, and kept with the reason, when the server rejects it permanently', async () => {
    server.refusal = { code: 550, message: 'No such user' };
    await mail.queue('nobody@example.com');
    await jobs({ state: 'completed', retry_count: 0 });
    expect(await mail.mails()).toMatchObject([{ error: expect.stringContaining('No such user') }]);
  });

  it('is abandoned after a day, and kept', async () => {
    server.refusal = { code: 451, message: 'Try later' };
    await mail.queue('ada@example.com');
    let seconds = 0;
    for (let retries = 0; retries < 30; retries++) {
      await jobs({ state: 'retry', retry_count: retries });
      seconds += (await mail.jobs())[0]!.due;
      await mail.makeDue('mail.send');
    }
    await jobs({ state: 'failed', retry_count: 30 });
    expect(seconds / 3_600).toBeGreaterThan(23);
    expect(seconds / 3_600).toBeLessThan(27);
    expect(await mail.mails()).toHaveLength(1);
  });
});

describe('several processes', () => {
  it('send each of many mails once', async () => {
    const others = await Promise.all(
      [1, 2].map(() => TestMail.start(database.url, { MAIL_URL: server.url })),
    );
    const recipients = Array.from({ length: 60 }, (_, i) => `user-${i}@example.com`);
    await Promise.all(recipients.map((recipient, i) => [mail, ...others][i % 3]!.queue(recipient)));
    await isEmpty();
    expect(server.received.map(({ to }) => to[0]!).sort()).toEqual(recipients.sort());
    await Promise.all(others.map((other) => other.stop()));
  });

  it('leave alone the mails that another one is sending', async () => {
    const release = Promise.withResolvers<void>();
    server.hold = release.promise;
    const other = await TestMail.start(database.url, { MAIL_URL: server.url });
    await Promise.all([mail, other].map((each) => each.queue('ada@example.com')));
    await vi.waitFor(() => expect(server.arrived).toBe(2), SOON);
    for (const { boss } of [mail, other]) expect(await boss.fetch('mail.send')).toEqual([]);
    release.resolve();
    await isEmpty();
    expect(server.arrived).toBe(2);
    await other.stop();
  });

  it('lose no mail when one is killed while it sends', async () => {
    await mail.stop();
    const release = Promise.withResolvers<void>();
    server.hold = release.promise;
    const module = new URL('./mailer.child.ts', import.meta.url);
    const child = forkSource(module, [database.url, server.url]);
    mail = await TestMail.start(database.url, { MAIL_URL: server.url, WORKER: 'none' });
    await mail.queue('ada@example.com');
    await vi.waitFor(() => expect(server.arrived).toBe(1), SOON);
    child.kill('SIGKILL');
    await jobs({ state: 'active' });

    await mail.stop();
    mail = await TestMail.start(database.url, { MAIL_URL: server.url });
    server.hold = Promise.resolve();
    await mail.missHeartbeats('mail.send');
    await mail.makeDue('mail.send');
    await isEmpty();
    expect(server.arrived).toBe(2);
    release.resolve();
  });

  it('finish the mails that they are sending when they stop', async () => {
    const release = Promise.withResolvers<void>();
    server.hold = release.promise;
    await mail.queue('ada@example.com');
    await vi.waitFor(() => expect(server.arrived).toBe(1), SOON);
    const stopping = mail.stop();
    release.resolve();
    await stopping;
    mail = await TestMail.start(database.url, {});
    expect(await mail.mails()).toEqual([]);
    expect(server.received).toHaveLength(1);
  });
});

describe('an outage', () => {
  const warnings = () => vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  const notices = () => vi.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);

  it('of the mail server is one line in the log, and all mails are sent when it is back', async () => {
    const [warn, log] = [warnings(), notices()];
    await server.stop();
    await mail.queue('ada@example.com');
    await mail.queue('grace@example.com');
    const refused = { state: 'retry', output: { message: expect.stringContaining('ECONNREFUSED') } };
    await jobs(refused, refused);
    expect(warn.mock.calls.filter(([text]) => String(text).includes('mail.send'))).toHaveLength(1);
    await server.start();
    await mail.makeDue('mail.send');
    await isEmpty();
    await receives(2);
    await vi.waitFor(() => expect(log).toHaveBeenCalledWith('Jobs mail.send succeed again'), SOON);
  });
});

describe('the content of a mail', () => {
  it.each([
    ['a header in the subject', 'ada@example.com', 'Hi\r\nBcc: evil@example.com\r\nX-Evil: 1'],
    [
      'a body in the subject',
      'ada@example.com',
      'Hi\r\n\r\n<b>evil</b>\r\n.\r\nMAIL FROM:<evil@example.com>',
    ],
    ['a header in the recipient', 'ada@example.com\r\nBcc: evil@example.com', 'Hi'],
    ['a command in the recipient', 'ada@example.com>\r\nRCPT TO:<evil@example.com', 'Hi'],
    ['two recipients', 'ada@example.com, evil@example.com', 'Hi'],
    ['a group of recipients', 'all: ada@example.com, evil@example.com;', 'Hi'],
  ])('has no effect on the wire: %s', async (_, recipient, subject) => {
    await mail.queue(recipient, { subject });
    await vi.waitFor(async () => {
      const [job] = await mail.jobs();
      expect(job!.state).toMatch(/completed|retry/);
    }, SOON);
    for (const { to, raw } of server.received) {
      expect(to).not.toContain('evil@example.com');
      expect(to).toHaveLength(1);
      expect(headersOf(raw).join('\n')).not.toMatch(/^(bcc|x-evil):/im);
      expect(raw.slice(raw.indexOf('\r\n\r\n'))).not.toContain('evil');
    }
  });

  it('references no file or URL to fetch', async () => {
    await mail.queue('ada@example.com', {
      text: 'file:///etc/passwd',
      html: '<img src="file:///etc/passwd"><img src="http://127.0.0.1/x">',
    });
    await isEmpty();
    expect(server.received[0]!.raw).not.toContain('root:');
  });
});

describe('without a mail server', () => {
  it('mails wait outside development, with one warning', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const waiting = await TestMail.start(database.url, {
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      JWT_SECRET: 'k3W9vQ2xL7mZp4RtY8sBn6HcJ1dFgA5u',
      PAYMENT_WEBHOOK_SECRET: 'q7RkV2nXc9LwYb4JtHf6ZmDs3GpUaEo8',
    });
    const told = warn.mock.calls.filter(([text]) => String(text).includes('MAIL_URL'));
    expect(told).toEqual([['MAIL_URL is not set: mails wait in the database and are not sent']]);
    await mail.stop();
    await waiting.queue('ada@example.com');
    mail = waiting;
    expect(await mail.mails()).toHaveLength(1);
    await jobs({ state: 'created' });
    await mail.context.get(JobState).check();
  });

  it('development keeps the newest 200, and never sends them later', async () => {
    await mail.stop();
    mail = await TestMail.start(database.url, {});
    for (let i = 0; i < 203; i++) await mail.queue(`user-${i}@example.com`);
    const rows = await mail.mails();
    expect(rows).toHaveLength(200);
    expect(rows[0]!.recipient).toBe('user-3@example.com');
    expect(await mail.jobs()).toEqual([]);
  });
});
