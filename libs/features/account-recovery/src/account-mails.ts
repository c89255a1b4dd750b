import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Mailer, MailTemplates } from '@gatehouse/mail';
import type { User } from '@gatehouse/users';

const templates = new MailTemplates(new URL('../mails/', import.meta.url));

type Person = Pick<User, 'username'>;

/** The mails about accounts. Each is queued in the transaction that it is about. */
@Injectable()
export class AccountMails {
  constructor(
    private readonly environment: Environment,
    private readonly mailer: Mailer,
  ) {}

  welcome(email: string, { username }: Person, token: string, manager: EntityManager): Promise<void> {
    return this.queue('welcome', email, { username, link: this.link('verify-email', token) }, manager);
  }

  verifyEmail(email: string, { username }: Person, token: string, manager: EntityManager): Promise<void> {
    return this.queue('verify-email', email, { username, link: this.link('verify-email', token) }, manager);
  }

  resetPassword(email: string, { username }: Person, token: string, manager: EntityManager): Promise<void> {
    const link = this.link('reset-password', token);
    return this.queue('reset-password', email, { username, link }, manager);
  }

  passwordChanged(email: string, { username }: Person, manager: EntityManager): Promise<void> {
    return this.queue('password-changed', email, { username }, manager);
  }

  /** Sent to the new address. */
  changeEmail(email: string, { username }: Person, token: string, manager: EntityManager): Promise<void> {
    return this.queue('change-email', email, { username, link: this.link('verify-email', token) }, manager);
  }

  /** To an address that was used in another registration. The name in it is left out: it could be any text. */
  alreadyRegistered(email: string, manager: EntityManager): Promise<void> {
    return this.queue('already-registered', email, { email }, manager);
  }

  /** Sent to the address that is to be replaced. */
  emailChangeAttempted(
    email: string,
    { username }: Person,
    newEmail: string,
    manager: EntityManager,
  ): Promise<void> {
    return this.queue('email-change-attempted', email, { username, newEmail }, manager);
  }

  /** Sent to the address that was replaced. */
  emailChanged(email: string, { username }: Person, newEmail: string, manager: EntityManager): Promise<void> {
    return this.queue('email-changed', email, { username, newEmail }, manager);
  }

  /**
   * From the settings alone: headers such as Host come from the client, who need not be the reader of the mail. The
   * token is in the fragment, which browsers send to no server.
   */
  private link(page: 'verify-email' | 'reset-password', token: string): string {
    return `${this.environment.publicUrl}/account/${page}#token=${token}`;
  }

  private queue(
    template: string,
    email: string,
    values: Record<string, string>,
    manager: EntityManager,
  ): Promise<void> {
    return this.mailer.queue(email, templates.render(template, values), manager);
  }
}
