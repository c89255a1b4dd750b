import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { LoginProtection } from '@gatehouse/auth';
import type { Client, Principal } from '@gatehouse/http';
import { User, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import { AccountTokens } from './account-tokens.js';
import { BackgroundTasks } from './background-tasks.js';
import type { ChangeEmailDto } from './dto/change-email.dto.js';
import { WrongPasswordProblem } from './wrong-password.problem.js';

/** Takes in the wish for another address. It comes about in `EmailVerification`, by the link sent there. */
@Injectable()
export class EmailChange {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly protection: LoginProtection,
    private readonly accounts: UserAccounts,
    private readonly tokens: AccountTokens,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
    private readonly background: BackgroundTasks,
  ) {}

  /**
   * Says nothing of whether the address is taken.
   *
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async request({ id }: Principal, { email, password }: ChangeEmailDto, client: Client): Promise<void> {
    const confirmed = await this.protection.confirm(id, password, client.address);
    if (!confirmed) throw new WrongPasswordProblem();
    this.background.run('sending a link to change an address', () => this.sendLink(confirmed, email, client));
  }

  private async sendLink(confirmed: User, email: string, { address }: Client): Promise<void> {
    const { id, credentialsVersion } = confirmed;
    await this.dataSource.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      if (user?.credentialsVersion !== credentialsVersion) return;
      // For a taken address too, where nobody gets to see it: so its mails are counted all the same.
      const token = await this.tokens.issue(id, 'change-email', email, manager);
      if (!token) return;
      const isTaken = await manager.existsBy(User, { email });
      const entry = { action: 'accounts.email-change-requested', actorId: id, subjectId: id, address };
      await this.audit.record(entry, manager);
      if (isTaken) await this.mails.alreadyRegistered(email, manager);
      else await this.mails.changeEmail(email, user, token, manager);
      await this.mails.emailChangeAttempted(user.email, user, email, manager);
    });
  }
}
