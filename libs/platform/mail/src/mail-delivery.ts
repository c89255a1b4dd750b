import { setTimeout as sleep } from 'node:timers/promises';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { redactText } from '@gatehouse/text';
import { ClaimedMail, Outbox } from './outbox.js';
import { OutboxSignal } from './outbox-signal.js';
import { retryDelay } from './retry-delay.js';
import { isAboutTheMail, isRefusedForGood, SmtpSender } from './smtp-sender.js';

const POLL_MS = 2_000;
/** Mails that are sent at the same time. */
const BATCH = 5;
/** Milliseconds at shutdown for what is being sent. What takes longer is sent again after its lease. */
const STOP_MS = 5_000;

/**
 * Sends what is in the outbox, with `MAIL_URL` set, unless `WORKER` is `none`: at once what this process has queued, within two seconds the
 * rest. At least once, and once unless a process dies, or loses the database, between sending and removing.
 */
@Injectable()
export class MailDelivery implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(MailDelivery.name);
  private running: Promise<void> | undefined;
  private stopped = false;
  private awake = false;
  private pause = new AbortController();
  private inTrouble = false;

  constructor(
    private readonly environment: Environment,
    private readonly outbox: Outbox,
    signal: OutboxSignal,
  ) {
    signal.subscribe(() => this.wake());
  }

  onApplicationBootstrap(): void {
    const { MAIL_URL, MAIL_FROM, keepsMails, worksJobs } = this.environment;
    if (!worksJobs) return;
    if (MAIL_URL) this.running = this.run(new SmtpSender(MAIL_URL, MAIL_FROM));
    else if (!keepsMails) this.logger.warn('MAIL_URL is not set: mails wait in the outbox and are not sent');
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wake();
    const enough = new AbortController();
    await Promise.race([this.running, sleep(STOP_MS, undefined, { signal: enough.signal }).catch(() => {})]);
    enough.abort();
  }

  private wake(): void {
    this.awake = true;
    this.pause.abort();
  }

  private async run(sender: SmtpSender): Promise<void> {
    while (!this.stopped) {
      this.awake = false;
      const mails = await this.claim();
      await Promise.all(mails.map((mail) => this.deliver(sender, mail)));
      if (mails.length < BATCH) await this.rest();
    }
  }

  private async rest(): Promise<void> {
    if (this.awake) return;
    this.pause = new AbortController();
    await sleep(POLL_MS, undefined, { signal: this.pause.signal, ref: false }).catch(() => {});
  }

  private async claim(): Promise<ClaimedMail[]> {
    try {
      return await this.outbox.claim(BATCH);
    } catch (error) {
      this.noteTrouble(error as Error);
      return [];
    }
  }

  private async deliver(sender: SmtpSender, mail: ClaimedMail): Promise<void> {
    const failure = await sender.send(mail).then(
      () => undefined,
      (error: Error) => error,
    );
    try {
      if (failure) await this.postpone(mail, failure);
      else await this.outbox.remove(mail.id);
    } catch (error) {
      this.noteTrouble(error as Error);
      return;
    }
    if (failure && !isAboutTheMail(failure)) this.noteTrouble(failure);
    else this.noteSuccess();
  }

  private async postpone(mail: ClaimedMail, failure: Error): Promise<void> {
    const seconds = isRefusedForGood(failure) ? undefined : retryDelay(mail.attempts);
    await this.outbox.postpone(mail, redactText(failure.message), seconds);
    if (seconds === undefined) this.logger.warn(`The mail ${mail.id} was given up; its row has the reason`);
  }

  /** An outage is one line, however long it lasts and however many mails wait. */
  private noteTrouble({ message }: Error): void {
    if (!this.inTrouble) this.logger.warn(`Mails cannot be sent now, and wait: ${message}`);
    this.inTrouble = true;
  }

  private noteSuccess(): void {
    if (this.inTrouble) this.logger.log('Mails are sent again');
    this.inTrouble = false;
  }
}
