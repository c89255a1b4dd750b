import { JobState } from '@gatehouse/jobs';
import { expect } from 'vitest';
import type { TestApp } from './test-app.js';
import { noteSecrets } from './used-secrets.js';

export interface Letter {
  recipient: string;
  subject: string;
  text: string;
  html: string;
}

/** Queued mails of an application, which must run jobs (`WORKER: 'inside'`). */
export class Mailbox {
  constructor(private readonly app: TestApp) {}

  /** Waits until all requested links are in the queue. */
  async idle(): Promise<void> {
    const jobs = this.app.app.get(JobState, { strict: false });
    const waiting = async () =>
      (await jobs.count()).filter(
        ({ queue, state }) => queue.startsWith('account-recovery.send') && state !== 'failed',
      );
    await expect.poll(waiting, { interval: 10 }).toEqual([]);
  }

  /** Mails to a recipient, oldest first. */
  async to(recipient: string): Promise<Letter[]> {
    await this.idle();
    return this.app.dataSource.query<Letter[]>(
      'SELECT recipient, subject, text, html FROM mails WHERE recipient = $1 ORDER BY id',
      [recipient],
    );
  }

  async subjectsTo(recipient: string): Promise<string[]> {
    return (await this.to(recipient)).map(({ subject }) => subject);
  }

  /** The token in the last mail to a recipient. */
  async tokenTo(recipient: string): Promise<string> {
    return tokenIn((await this.to(recipient)).at(-1)!);
  }
}

export function tokenIn({ text }: Pick<Letter, 'text'>): string {
  const token = /#token=(gha_[\w-]{43})$/m.exec(text)?.[1];
  if (!token) throw new Error(`There is no token in this mail:\n${text}`);
  noteSecrets({ token });
  return token;
}
