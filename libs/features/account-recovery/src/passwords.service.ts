import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { keepSession, KeyedMutex, LoginProtection } from '@gatehouse/auth';
import { BusinessRuleProblem, type ClientInfo, type Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher, USER_CHANGED, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';
import type { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';
import type { ChangePasswordDto } from './recovery.dto.js';

const SEND = 'account-recovery.send-reset-link';

/** Not a 401, since the caller is logged in. */
export class WrongPasswordProblem extends BusinessRuleProblem {
  constructor() {
    super('The current password is wrong');
  }
}

/** Changes passwords: for anyone who knows the current one, or can read the account's mails. */
@Injectable()
export class PasswordsService {
  private readonly turns = new KeyedMutex();

  constructor(
    private readonly database: EntityManager,
    private readonly bus: ProcessBus,
    private readonly protection: LoginProtection,
    private readonly accounts: UserAccounts,
    private readonly hasher: PasswordHasher,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    private readonly requests: LinkRequests,
  ) {
    requests.define(SEND, (request, manager) => this.sendLink(request, manager));
  }

  /**
   * Changes the caller's password, which ends all of the caller's sessions except this one. API keys remain valid.
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async change(caller: Principal, passwords: ChangePasswordDto, { address }: ClientInfo): Promise<void> {
    const { id, sessionId } = caller;
    const confirmed = await this.protection.confirm(id, passwords.currentPassword, address);
    if (!confirmed) throw new WrongPasswordProblem();
    const passwordHash = await this.hasher.hash(passwords.newPassword);
    await this.database.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      // Of two concurrent changes, the second was confirmed with a password that is now old.
      if (user?.credentialsVersion !== confirmed.credentialsVersion) throw new WrongPasswordProblem();
      const after = await this.accounts.setPassword(user, passwordHash, manager);
      await keepSession(id, sessionId, { before: user.credentialsVersion, after }, manager);
      const entry = { action: 'accounts.password-changed', actorId: id, subjectId: id, address };
      await this.audit.record(entry, manager);
      await this.mails.queue('password-changed', user.email, { username: user.username }, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  /** Requests a link. Reveals nothing, not even by its duration, about whether an account exists. */
  async requestReset(email: string, { address }: ClientInfo): Promise<void> {
    await this.requests.add(SEND, { email, address });
  }

  /** @throws {InvalidLinkProblem} */
  async reset(token: string, password: string, client: ClientInfo): Promise<void> {
    // Of concurrent uses of a token only one computes a hash: the next one finds it spent.
    const id = await this.turns.take(token, () => this.use(token, password, client));
    await this.bus.publish(USER_CHANGED, id);
  }

  private async use(token: string, password: string, { address }: ClientInfo): Promise<string> {
    // A bad token costs no hash. The time reveals no more than the status does.
    await this.tokens.check(token, 'reset-password');
    const passwordHash = await this.hasher.hash(password);
    return this.database.transaction(async (manager) => {
      const user = await this.tokens.redeem(token, ['reset-password'], manager);
      const { id, username, email } = user;
      await this.accounts.setPassword(user, passwordHash, manager);
      await this.accounts.setVerifiedEmail(id, email, manager);
      const entry = { action: 'accounts.password-reset', actorId: id, subjectId: id, address };
      await this.audit.record(entry, manager);
      await this.mails.queue('password-changed', email, { username }, manager);
      return id;
    });
  }

  private async sendLink({ email, address }: LinkRequest, manager: EntityManager): Promise<void> {
    const user = await this.accounts.lock({ email }, manager);
    if (!user?.isActive) return;
    const token = await this.tokens.issue(user.id, 'reset-password', email, manager);
    if (!token) return;
    const entry = { action: 'accounts.password-reset-requested', subjectId: user.id, address };
    await this.audit.record(entry, manager);
    await this.mails.queueLink('reset-password', email, user, token, manager);
  }
}
