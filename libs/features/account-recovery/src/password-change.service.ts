import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { carryOver, LoginProtection } from '@gatehouse/auth';
import type { Client, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher, USER_CHANGED, UserAccounts } from '@gatehouse/users';
import { AccountMails } from './account-mails.js';
import type { ChangePasswordDto } from './recovery.dto.js';
import { WrongPasswordProblem } from './recovery.problems.js';

/** Lets people replace a password that they know. */
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
   * Ends every log-in of the caller but the one that this is. API keys go on.
   *
   * @throws {WrongPasswordProblem}
   * @throws {RateLimitProblem} after too many wrong passwords
   */
  async change(caller: Principal, passwords: ChangePasswordDto, { address }: Client): Promise<void> {
    const { id, sessionId } = caller;
    const confirmed = await this.protection.confirm(id, passwords.currentPassword, address);
    if (!confirmed) throw new WrongPasswordProblem();
    const passwordHash = await this.hasher.hash(passwords.newPassword);
    await this.dataSource.transaction(async (manager) => {
      const user = await this.accounts.lock({ id }, manager);
      // Of two changes at once, the second was confirmed with what is the old password now.
      if (user?.credentialsVersion !== confirmed.credentialsVersion) throw new WrongPasswordProblem();
      const credentialsVersion = await this.accounts.setPassword(user, passwordHash, manager);
      const version = { before: user.credentialsVersion, after: credentialsVersion };
      await carryOver(id, sessionId, version, manager);
      await this.audit.record(
        { action: 'accounts.password-changed', actorId: id, subjectId: id, address },
        manager,
      );
      await this.mails.passwordChanged(user.email, user, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }
}
