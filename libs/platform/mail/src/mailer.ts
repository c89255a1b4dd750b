import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Mail } from './mail.entity.js';
import type { RenderedMail } from './mail-templates.js';

/** Takes mails in. They are sent soon after the transaction that they belong to, and again until it succeeds. */
@Injectable()
export class Mailer {
  /**
   * Puts a mail into the outbox.
   *
   * @param recipient one address
   * @param manager of the transaction that the mail tells of: when it is rolled back, nothing is sent
   */
  async queue(
    recipient: string,
    { subject, text, html }: RenderedMail,
    manager: EntityManager,
  ): Promise<void> {
    await manager.insert(Mail, { id: uuidv7(), recipient, subject, text, html });
  }
}
