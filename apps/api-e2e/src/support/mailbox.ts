import { BackgroundTasks } from '@gatehouse/account-recovery';
import type { TestApp } from './test-app.js';

export interface Letter {
  recipient: string;
  subject: string;
  text: string;
  html: string;
}

/** The mails that an application has put into its outbox. */
export class Mailbox {
  constructor(private readonly app: TestApp) {}

  /** Waits for what requests have caused that are answered already. */
  idle(): Promise<void> {
    return this.app.app.get(BackgroundTasks, { strict: false }).idle();
  }

  /** To one recipient, oldest first. */
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

  /** The token in the last mail to somebody. */
  async tokenTo(recipient: string): Promise<string> {
    return tokenIn((await this.to(recipient)).at(-1)!);
  }
}

export function tokenIn({ text }: Pick<Letter, 'text'>): string {
  const token = /#token=(gha_[\w-]{43})$/m.exec(text)?.[1];
  if (!token) throw new Error(`There is no token in this mail:\n${text}`);
  return token;
}
