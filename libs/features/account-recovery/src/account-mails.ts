import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Mailer, MailTemplates } from '@gatehouse/mail';

const templates = new MailTemplates(new URL('../mails/', import.meta.url));

/** The page to which the link in a mail leads. */
const pages = {
  welcome: 'verify-email',
  'verify-email': 'verify-email',
  'change-email': 'verify-email',
  'reset-password': 'reset-password',
};

/** The mails about accounts. Each is queued in the transaction that it is about. */
@Injectable()
export class AccountMails {
  constructor(
    private readonly environment: Environment,
    private readonly mailer: Mailer,
  ) {}

  /** @param values of the placeholders in the template */
  queue(template: string, email: string, values: Record<string, string>, manager: EntityManager) {
    return this.mailer.queue(email, templates.render(template, values), manager);
  }

  /**
   * The link starts with a setting: headers such as Host come from the client, who need not be the reader of the mail.
   * The token is in the fragment, which browsers send to no server.
   */
  queueLink(
    template: keyof typeof pages,
    email: string,
    { username }: { username: string },
    token: string,
    manager: EntityManager,
  ) {
    const link = `${this.environment.publicUrl}/account/${pages[template]}#token=${token}`;
    return this.queue(template, email, { username, link }, manager);
  }
}
