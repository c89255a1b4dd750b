import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { LoginProtection } from '@gatehouse/auth';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { User, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';
import type { ChangeEmailDto } from './recovery.dto.js';
import type { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';
import { WrongPasswordProblem } from './recovery.problems.js';

const SEND = 'account-recovery.send-change-link';

/**
 * Accepts requests to change the email address. `EmailVerification` performs the change when the link sent to the new
 * address is used.
 */
@Injectable()
export class EmailChange {
  constructor(
    private readonly protection: LoginProtection,
    private readonly accounts: UserAccounts,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    private readonly requests: LinkRequests,
  ) {
    requests.define(SEND, (request, manager) => this.sendLink(request, manager));
  }

  /**
   * Does not reveal whether the address is taken.
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async request({ id }: Principal, { email, password }: ChangeEmailDto, client: ClientInfo): Promise<void> {
    const confirmed = await this.protection.confirm(id, password, client.address);
    if (!confirmed) throw new WrongPasswordProblem();
    const { credentialsVersion } = confirmed;
    await this.requests.add(SEND, { email, userId: id, credentialsVersion, address: client.address });
  }

  private async sendLink(request: LinkRequest, manager: EntityManager): Promise<void> {
    const { email, address, credentialsVersion } = request;
    const id = request.userId!;
    const user = await this.accounts.lock({ id }, manager);
    if (user?.credentialsVersion !== credentialsVersion) return;
    // For a taken address too, where it is never sent, so that mails to it are counted all the same.
    const token = await this.tokens.issue(id, 'change-email', email, manager);
    if (!token) return;
    const isTaken = await manager.existsBy(User, { email });
    const entry = { action: 'accounts.email-change-requested', actorId: id, subjectId: id, address };
    await this.audit.record(entry, manager);
    if (isTaken) await this.mails.alreadyRegistered(email, manager);
    else await this.mails.changeEmail(email, user, token, manager);
    await this.mails.emailChangeAttempted(user.email, user, email, manager);
  }
}
