import { Injectable, Logger } from '@nestjs/common';
import type { Transporter } from 'nodemailer';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import { Jobs, reportable } from '@gatehouse/jobs';
import { Mail } from './mail.entity.js';
import { MailSettings } from './mail.settings.js';
import type { RenderedMail } from './mail-templates.js';
import { isRefusedForGood, messageOf, smtpTransport } from './smtp.js';

const SEND = 'mail.send';
/** Retries for about a day. */
const ATTEMPTS = { retries: 30, backoffSeconds: 30 };
/** Maximum number of mails that a process sends at the same time. */
const CONCURRENCY = 5;
/** Mails that were given up, once there was time to look at them. */
const FORGET = `DELETE FROM mails WHERE created_at < now() - interval '30 days'`;
/** Number of mails that development keeps for reading. */
export const KEPT = 200;
/** Skips those that another transaction is deleting. */
const TRIM_KEPT = `
  DELETE FROM mails WHERE id IN (SELECT id FROM mails ORDER BY id DESC OFFSET ${KEPT} FOR UPDATE SKIP LOCKED)`;

/**
 * Accepts mails, and sends each in a job of the transaction to which it belongs. Delivery is at least once; a
 * duplicate is only possible when a process dies or loses the database between sending and deleting.
 */
@Injectable()
export class Mailer {
  private readonly logger = new Logger(Mailer.name);
  private readonly smtp: Transporter | undefined;
  private readonly keepsMails: boolean;

  constructor(
    environment: Environment,
    settings: MailSettings,
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {
    const { MAIL_URL, MAIL_FROM } = settings;
    this.keepsMails = settings.keepsMails(environment);
    if (MAIL_URL !== undefined) this.smtp = smtpTransport(MAIL_URL, MAIL_FROM);
    if (!this.smtp && !this.keepsMails && environment.worksJobs)
      this.logger.warn('MAIL_URL is not set: mails wait in the database and are not sent');
    const concurrency = this.smtp ? CONCURRENCY : 0;
    jobs.define<{ mailId: string }>({ name: SEND, ...ATTEMPTS, concurrency }, ({ payload }) =>
      this.send(payload.mailId),
    );
    jobs.define({ name: 'mail.forget-unsent', every: '51 4 * * *' }, async () => {
      await dataSource.query(FORGET);
    });
  }

  /**
   * Queues a mail to be sent soon after the commit. In development without a mail server it is kept for reading, and
   * never sent.
   * @param recipient one address
   * @param manager of the transaction that the mail is about: when it is rolled back, nothing is sent
   */
  async queue(
    recipient: string,
    { subject, text, html }: RenderedMail,
    manager: EntityManager,
  ): Promise<void> {
    const id = uuidv7();
    await manager.insert(Mail, { id, recipient, subject, text, html });
    if (this.keepsMails) await manager.query(TRIM_KEPT);
    else await this.jobs.enqueue(SEND, { mailId: id }, { manager });
  }

  private async send(id: string): Promise<void> {
    const { manager } = this.dataSource;
    const mail = await manager.findOneBy(Mail, { id });
    if (!mail) return;
    try {
      await this.smtp!.sendMail(messageOf(mail));
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      await manager.update(Mail, id, { error: reportable(error).message });
      this.logger.warn(`The mail ${id} was abandoned; its row has the reason`);
      return;
    }
    await manager.delete(Mail, id);
  }
}
