import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import { trimKeptMails } from './kept-mails.js';
import { Mail } from './mail.entity.js';
import type { RenderedMail } from './mail-templates.js';
import { OutboxSignal } from './outbox-signal.js';

/** Takes mails in. They are sent soon after the transaction that they belong to, and again until it succeeds. */
@Injectable()
export class Mailer {
  constructor(
    private readonly environment: Environment,
    private readonly signal: OutboxSignal,
  ) {}

  /**
   * Puts a mail into the outbox. In development without a mail server it is kept to be read, and never sent.
   *
   * @param recipient one address
   * @param manager of the transaction that the mail tells of: when it is rolled back, nothing is sent
   */
  async queue(
    recipient: string,
    { subject, text, html }: RenderedMail,
    manager: EntityManager,
  ): Promise<void> {
    const mail = { id: uuidv7(), recipient, subject, text, html };
    if (this.environment.keepsMails) {
      await manager.insert(Mail, { ...mail, nextAttemptAt: null });
      await trimKeptMails(manager);
    } else {
      await manager.insert(Mail, mail);
      this.signal.announce(manager);
    }
  }
}
