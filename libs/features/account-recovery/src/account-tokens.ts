import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Raw, type Repository, type SelectQueryBuilder } from 'typeorm';
import { OpaqueSecrets } from '@gatehouse/auth';
import { takeLock } from '@gatehouse/database';
import { BusinessRuleProblem } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { User } from '@gatehouse/users';
import { AccountToken, type Purpose } from './account-token.entity.js';
import { LinkRequest } from './link-request.entity.js';

const secrets = new OpaqueSecrets('gha_');

/** Lifetime of a link. */
const LIFETIME: Record<Purpose, string> = {
  'verify-email': '3 days',
  'reset-password': '1 hour',
  'change-email': '1 day',
};

/** Invalid tokens that no longer count, except those in use by another transaction. */
const FORGET = `
  DELETE FROM account_tokens WHERE token_hash IN (
    SELECT token_hash FROM account_tokens
    WHERE expires_at <= now() AND created_at <= now() - interval '1 hour' FOR UPDATE SKIP LOCKED
  )`;

/** The same error for a link that never existed, was used, has expired or has another purpose. */
export class InvalidLinkProblem extends BusinessRuleProblem {
  constructor() {
    super('This link is invalid or has expired');
  }
}

/** A redeemed token: the account, locked, and the address whose ownership it proves. */
export interface Redeemed extends Pick<User, 'id' | 'username' | 'email' | 'credentialsVersion'> {
  purpose: Purpose;
  proven: string;
}

/**
 * Single-use secrets in the links of mails. A token is valid until it expires, is used or replaced by a newer one, the
 * user's password or address changes, or the user is disabled. Rows are locked in the order user, token.
 */
@Injectable()
export class AccountTokens {
  constructor(
    @InjectRepository(AccountToken) private readonly tokens: Repository<AccountToken>,
    jobs: Jobs,
  ) {
    jobs.define({ name: 'accounts.forget-links', every: '31 * * * *' }, () => this.forgetOld());
  }

  /**
   * Makes a token for a mail of the same transaction. Older ones of the user for the same purpose become invalid.
   *
   * @param userId of a locked user
   * @param email where the mail goes
   * @returns `undefined` when that address was sent one less than a minute ago, or five in the last hour. A used one
   * does not count: its user reads the mails.
   */
  async issue(
    userId: string,
    purpose: Purpose,
    email: string,
    manager: EntityManager,
  ): Promise<string | undefined> {
    // Mails to an address are counted one after another.
    await takeLock(`account-recovery.mail-to ${email}`, manager);
    const countSince = (interval: string) => {
      const createdAt = Raw((time) => `${time} > now() - interval '${interval}'`);
      return manager.countBy(AccountToken, { email, purpose, createdAt });
    };
    if ((await countSince('1 minute')) > 0 || (await countSince('1 hour')) >= 5) return undefined;
    const older = { userId, purpose, expiresAt: Raw((time) => `${time} > now()`) };
    await manager.update(AccountToken, older, { expiresAt: () => 'created_at' });
    const { email: accountEmail, credentialsVersion } = await manager.findOneByOrFail(User, { id: userId });
    const token = secrets.make();
    const expiresAt = () => `now() + interval '${LIFETIME[purpose]}'`;
    const sent = { userId, purpose, email, accountEmail, credentialsVersion, expiresAt };
    await manager.insert(AccountToken, { ...sent, tokenHash: secrets.hash(token)! });
    return token;
  }

  /** @throws {InvalidLinkProblem} when the token cannot be used */
  async check(token: string, purpose: Purpose): Promise<void> {
    const account = accountOf(token, [purpose], this.tokens.manager);
    if (!(await account.getExists())) throw new InvalidLinkProblem();
  }

  /**
   * Redeems a token in the transaction of its action: of simultaneous uses, exactly one succeeds.
   * @throws {InvalidLinkProblem}
   */
  async redeem(token: string, purposes: readonly Purpose[], manager: EntityManager): Promise<Redeemed> {
    const account = accountOf(token, purposes, manager).setLock('pessimistic_write', undefined, ['account']);
    const user = await account.getOne();
    // Another transaction may have used or replaced it while this one waited for the user.
    const unused = { tokenHash: secrets.hash(token), expiresAt: Raw((time) => `${time} > now()`) };
    const used = user && (await manager.findOneBy(AccountToken, unused));
    if (!used) throw new InvalidLinkProblem();
    await manager.delete(AccountToken, { tokenHash: used.tokenHash });
    const { id, username, email, credentialsVersion } = user;
    return { id, username, email, credentialsVersion, purpose: used.purpose, proven: used.email };
  }

  /** Deletes tokens that no longer count, and requests that could not be sent for a day. */
  async forgetOld(): Promise<void> {
    await this.tokens.query(FORGET);
    const createdAt = Raw((time) => `${time} <= now() - interval '1 day'`);
    await this.tokens.manager.delete(LinkRequest, { createdAt });
  }
}

/** Finds the account of a valid token. */
function accountOf(
  token: string,
  purposes: readonly Purpose[],
  manager: EntityManager,
): SelectQueryBuilder<User> {
  return manager
    .createQueryBuilder(User, 'account')
    .innerJoin(AccountToken, 'token', 'token.userId = account.id AND token.accountEmail = account.email')
    .where('token.tokenHash = :tokenHash', { tokenHash: secrets.hash(token) ?? null })
    .andWhere('token.purpose IN (:...purposes) AND token.expiresAt > now()', { purposes })
    .andWhere('token.credentialsVersion = account.credentialsVersion AND account.isActive');
}
