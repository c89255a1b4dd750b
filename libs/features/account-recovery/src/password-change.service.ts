import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { keepSession, LoginProtection } from '@gatehouse/auth';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher, USER_CHANGED, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import type { ChangePasswordDto } from './recovery.dto.js';
import { WrongPasswordProblem } from './recovery.problems.js';

/** Changes a password on confirmation of the current one. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bus: ProcessBus,
    private readonly protection: LoginProtection,
    private readonly accounts: UserAccounts,
    private readonly hasher: PasswordHasher,
    private readonly mails: AccountMails,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Ends all of the caller's sessions except this one. API keys remain valid.
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async change(caller: Principal, passwords: ChangePasswordDto, { address }: ClientInfo): Promise<void> {
    const { id, sessionId } = caller;
    const confirmed = await this.protection.confirm(id, passwords.currentPassword, address);
    if (!confirmed) throw new WrongPasswordProblem();
    const passwordHash = await this.hasher.hash(passwords.newPassword);
    await this.dataSource.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      // Of two concurrent changes, the second was confirmed with a password that is now old.
      if (user?.credentialsVersion !== confirmed.credentialsVersion) throw new WrongPasswordProblem();
      const credentialsVersion = await this.accounts.setPassword(user, passwordHash, manager);
      const version = { before: user.credentialsVersion, after: credentialsVersion };
      await keepSession(id, sessionId, version, manager);
      await this.audit.record(
        { action: 'accounts.password-changed', actorId: id, subjectId: id, address },
        manager,
      );
      await this.mails.passwordChanged(user.email, user, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }
}
