import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { OpaqueSecrets } from '@gatehouse/auth';
import { Jobs } from '@gatehouse/jobs';
import type { User } from '@gatehouse/users';
import type { Purpose } from './account-token.entity.js';
import { FIND, FORGET, ISSUE, LOCK_ADDRESS, REDEEM } from './account-token.sql.js';
import { InvalidLinkProblem } from './recovery.problems.js';

const secrets = new OpaqueSecrets('gha_');

const HOUR = 60;
const DAY = 24 * HOUR;

/** Lifetime of a link in minutes. */
const LIFETIME: Record<Purpose, number> = {
  'verify-email': 3 * DAY,
  'reset-password': HOUR,
  'change-email': DAY,
};

/** A redeemed token: the account, locked, and the address whose ownership it proves. */
export interface Redeemed extends Pick<User, 'id' | 'username' | 'email' | 'credentialsVersion'> {
  purpose: Purpose;
  proven: string;
}

/** Single-use secrets in the links of mails. */
@Injectable()
export class AccountTokens {
  constructor(
    private readonly dataSource: DataSource,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'accounts.forget-links', every: '31 * * * *' }, async () => {
      await dataSource.query(FORGET);
    });
  }

  /**
   * Makes a token for a mail of the same transaction.
   *
   * @param userId of a locked user
   * @param email where the mail goes
   * @returns `undefined` when that address was sent one less than a minute ago, or five in the last hour
   */
  async issue(
    userId: string,
    purpose: Purpose,
    email: string,
    manager: EntityManager,
  ): Promise<string | undefined> {
    const token = secrets.make();
    await manager.query(LOCK_ADDRESS, [email]);
    const issued = await manager.query<unknown[]>(ISSUE, [
      secrets.hash(token),
      userId,
      purpose,
      email,
      LIFETIME[purpose],
    ]);
    return issued.length > 0 ? token : undefined;
  }

  /** @throws {InvalidLinkProblem} when the token cannot be used */
  async check(token: string, purpose: Purpose): Promise<void> {
    const found = await this.dataSource.query<unknown[]>(FIND, [secrets.hash(token), [purpose]]);
    if (found.length === 0) throw new InvalidLinkProblem();
  }

  /**
   * Redeems a token in the transaction of its action: of simultaneous uses, exactly one succeeds.
   * @throws {InvalidLinkProblem}
   */
  async redeem(token: string, purposes: readonly Purpose[], manager: EntityManager): Promise<Redeemed> {
    const [redeemed] = await manager.query<Redeemed[]>(REDEEM, [secrets.hash(token), purposes]);
    if (!redeemed) throw new InvalidLinkProblem();
    return redeemed;
  }
}
