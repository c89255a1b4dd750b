import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { KeyedMutex } from '@gatehouse/auth';
import type { ClientInfo } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher, USER_CHANGED, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';
import type { LinkRequest } from './link-request.entity.js';
import { LinkRequests } from './link-requests.js';

const SEND = 'account-recovery.send-reset-link';

/** Resets a forgotten password for anyone who can read the account's mails. */
@Injectable()
export class PasswordRecovery {
  private readonly turns = new KeyedMutex();

  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
    private readonly accounts: UserAccounts,
    private readonly hasher: PasswordHasher,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    private readonly requests: LinkRequests,
  ) {
    requests.define(SEND, (request, manager) => this.sendLink(request, manager));
  }

  /** Reveals nothing, not even by its duration, about whether an account exists. */
  async request(email: string, { address }: ClientInfo): Promise<void> {
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
    return this.dataSource.transaction(async (manager) => {
      const user = await this.tokens.redeem(token, ['reset-password'], manager);
      await this.accounts.setPassword(user, passwordHash, manager);
      await this.accounts.markEmailVerified(user.id, manager);
      const entry = { action: 'accounts.password-reset', actorId: user.id, subjectId: user.id, address };
      await this.audit.record(entry, manager);
      await this.mails.passwordChanged(user.email, user, manager);
      return user.id;
    });
  }

  private async sendLink({ email, address }: LinkRequest, manager: EntityManager): Promise<void> {
    const user = await this.accounts.lock({ email }, manager);
    if (!user?.isActive) return;
    const token = await this.tokens.issue(user.id, 'reset-password', email, manager);
    if (!token) return;
    const entry = { action: 'accounts.password-reset-requested', subjectId: user.id, address };
    await this.audit.record(entry, manager);
    await this.mails.resetPassword(email, user, token, manager);
  }
}
