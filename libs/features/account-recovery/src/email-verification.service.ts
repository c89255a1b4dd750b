import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { USER_CHANGED, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens, Redeemed } from './account-tokens.js';

/** Verifies that a user owns an email address. */
@Injectable()
export class EmailVerification {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
    private readonly accounts: UserAccounts,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
  ) {}

  /** Sends another link to the caller's address, unless it is already verified. */
  async resend({ id }: Principal): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      if (!user || user.emailVerifiedAt) return;
      const token = await this.tokens.issue(id, 'verify-email', user.email, manager);
      if (token) await this.mails.verifyEmail(user.email, user, token, manager);
    });
  }

  /**
   * Redeems a link of either kind: one that verifies the account's address, or one that replaces it.
   * @throws {InvalidLinkProblem}
   * @throws {ConflictProblem} when the new address now belongs to another account
   */
  async confirm(token: string, client: ClientInfo): Promise<void> {
    const id = await this.dataSource.transaction(async (manager) => {
      const redeemed = await this.tokens.redeem(token, ['verify-email', 'change-email'], manager);
      if (redeemed.purpose === 'change-email') await this.changeEmail(redeemed, client, manager);
      else await this.verify(redeemed, client, manager);
      return redeemed.id;
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  private async verify({ id }: Redeemed, { address }: ClientInfo, manager: EntityManager): Promise<void> {
    await this.accounts.markEmailVerified(id, manager);
    const entry = { action: 'accounts.email-verified', actorId: id, subjectId: id, address };
    await this.audit.record(entry, manager);
  }

  private async changeEmail(user: Redeemed, { address }: ClientInfo, manager: EntityManager): Promise<void> {
    const { id, email, proven } = user;
    await this.accounts.changeEmail(id, proven, manager);
    const entry = { action: 'accounts.email-changed', actorId: id, subjectId: id, address };
    await this.audit.record(entry, manager);
    await this.mails.emailChanged(email, user, proven, manager);
  }
}
