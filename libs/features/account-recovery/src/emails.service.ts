import { Injectable, OnModuleInit } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { LoginProtection } from '@gatehouse/auth';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { User, USER_CHANGED, UserAccounts, type UserDto, UsersService } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';
import type { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';
import { WrongPasswordProblem } from './passwords.service.js';
import type { ChangeEmailDto } from './recovery.dto.js';

const SEND = 'account-recovery.send-change-link';

/** Welcomes new users, verifies that users own their email addresses, and changes the addresses. */
@Injectable()
export class EmailsService implements OnModuleInit {
  constructor(
    private readonly database: EntityManager,
    private readonly bus: ProcessBus,
    private readonly protection: LoginProtection,
    private readonly users: UsersService,
    private readonly accounts: UserAccounts,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    private readonly requests: LinkRequests,
  ) {
    requests.define(SEND, (request, manager) => this.sendChangeLink(request, manager));
  }

  onModuleInit(): void {
    this.users.onRegistration((user, manager) => this.welcome(user, manager));
  }

  /** Sends another link to the caller's address, unless it is already verified. */
  async resend({ id }: Principal): Promise<void> {
    await this.database.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      if (!user || user.emailVerifiedAt) return;
      const token = await this.tokens.issue(id, 'verify-email', user.email, manager);
      if (token) await this.mails.queueLink('verify-email', user.email, user, token, manager);
    });
  }

  /**
   * Requests to change the caller's address, which the link sent to the new one will do. Does not reveal whether the
   * address is taken.
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async requestChange({ id }: Principal, { email, password }: ChangeEmailDto, client: ClientInfo) {
    const confirmed = await this.protection.confirm(id, password, client.address);
    if (!confirmed) throw new WrongPasswordProblem();
    const { credentialsVersion } = confirmed;
    await this.requests.add(SEND, { email, userId: id, credentialsVersion, address: client.address });
  }

  /**
   * Redeems a link of either kind: one that verifies the account's address, or one that replaces it.
   * @throws {InvalidLinkProblem}
   * @throws {ConflictProblem} when the new address now belongs to another account
   */
  async confirm(token: string, { address }: ClientInfo): Promise<void> {
    const id = await this.database.transaction(async (manager) => {
      const redeemed = await this.tokens.redeem(token, ['verify-email', 'change-email'], manager);
      const { id, username, email, purpose, proven } = redeemed;
      const isChange = purpose === 'change-email';
      await this.accounts.setVerifiedEmail(id, proven, manager);
      const action = isChange ? 'accounts.email-changed' : 'accounts.email-verified';
      await this.audit.record({ action, actorId: id, subjectId: id, address }, manager);
      // To the address that was replaced.
      if (isChange) await this.mails.queue('email-changed', email, { username, newEmail: proven }, manager);
      return id;
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  private async welcome(user: UserDto, manager: EntityManager): Promise<void> {
    const { id, email } = user;
    await this.audit.record({ action: 'accounts.registered', actorId: id, subjectId: id }, manager);
    const token = await this.tokens.issue(id, 'verify-email', email, manager);
    if (token) await this.mails.queueLink('welcome', email, user, token, manager);
  }

  private async sendChangeLink(request: LinkRequest, manager: EntityManager): Promise<void> {
    const { email, address, credentialsVersion } = request;
    const id = request.userId!;
    const user = await this.accounts.lock({ id }, manager);
    if (user?.credentialsVersion !== credentialsVersion) return;
    // For a taken address too, where it is never sent, so that mails to it are counted all the same.
    const token = await this.tokens.issue(id, 'change-email', email, manager);
    if (!token) return;
    const entry = { action: 'accounts.email-change-requested', actorId: id, subjectId: id, address };
    await this.audit.record(entry, manager);
    const isTaken = await manager.existsBy(User, { email });
    // The name is left out for the owner of a taken address: it could be any text.
    if (isTaken) await this.mails.queue('already-registered', email, { email }, manager);
    else await this.mails.queueLink('change-email', email, user, token, manager);
    const { username } = user;
    await this.mails.queue('email-change-attempted', user.email, { username, newEmail: email }, manager);
  }
}
