import { Injectable, OnModuleInit } from '@nestjs/common';
import { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { Registrations } from '@gatehouse/auth';
import { Metrics } from '@gatehouse/observability';
import type { UserDto } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';

/** Welcomes new users by mail, audits and counts registrations. */
@Injectable()
export class WelcomeNewUsers implements OnModuleInit {
  private readonly counter: Counter;

  constructor(
    private readonly registrations: Registrations,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    { registry }: Metrics,
  ) {
    const help = 'Registered accounts.';
    this.counter = new Counter({ name: 'registrations_total', help, registers: [registry] });
  }

  onModuleInit(): void {
    this.registrations.subscribe((user, manager) => this.welcome(user, manager));
    this.registrations.subscribeAfterwards(() => this.counter.inc());
  }

  private async welcome(user: UserDto, manager: EntityManager): Promise<void> {
    const { id, email } = user;
    await this.audit.record({ action: 'accounts.registered', actorId: id, subjectId: id }, manager);
    const token = await this.tokens.issue(id, 'verify-email', email, manager);
    if (token) await this.mails.welcome(email, user, token, manager);
  }
}
