import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import { clientAddress, loadTestLimit, RateLimitProblem, seconds } from '@gatehouse/throttle';
import { canonicalLogin, User, UserAccounts } from '@gatehouse/users';
import { AuthSettings } from '../auth.settings.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type Count, LoginAttempts } from './login-attempts.js';
import { KeyedMutex } from './keyed-mutex.js';

/** Factor of the limits that count a name or an address alone, and again of the limit that locks new addresses out. */
const WIDER = 10;

/**
 * Limits password guesses: for one account from one address, for one address, and for one account from all addresses.
 * An attempt is counted before the password is checked, so that concurrent guesses cannot exceed the limit, and taken
 * back when it was correct. A refusal costs no hash.
 */
@Injectable()
export class LoginProtection {
  private readonly limit: number;
  private readonly windowSeconds: number;
  private readonly turns = new KeyedMutex();

  constructor(
    private readonly accounts: UserAccounts,
    private readonly sessions: SessionsService,
    private readonly attempts: LoginAttempts,
    environment: Environment,
    settings: AuthSettings,
  ) {
    this.limit = loadTestLimit(settings.LOGIN_ATTEMPTS, environment);
    this.windowSeconds = settings.LOGIN_WINDOW_SECONDS;
  }

  /**
   * Checks a log-in.
   * @param address address of the client
   * @returns `undefined` when the account does not exist, the password is wrong, or the account is disabled
   * @throws {RateLimitProblem} after too many failures, whether or not the account exists
   */
  async check(login: string, password: string, address: string): Promise<User | undefined> {
    // A username and an email are counted apart: a common count would reveal that they belong to one account.
    return this.count(await this.accounts.find(login), `name ${canonicalLogin(login)}`, password, address);
  }

  /**
   * Checks the password of a known user, e.g. before it is changed.
   *
   * @returns the account as it was when the password was checked, `undefined` when it is wrong
   * @throws {RateLimitProblem} after too many failures
   */
  async confirm(userId: string, password: string, address: string): Promise<User | undefined> {
    return this.count(await this.accounts.findById(userId), `user ${userId}`, password, address);
  }

  private count(
    user: User | undefined,
    account: string,
    password: string,
    address: string,
  ): Promise<User | undefined> {
    const network = clientAddress(address);
    // A new password changes the keys, which resets the counts for all names in every process. Hashed, because users
    // sometimes type passwords into the name field.
    const name = createHash('sha256')
      .update(`${account} ${user?.credentialsVersion ?? 1}`)
      .digest('base64url');
    // One at a time, so that concurrent correct log-ins do not use up each other's attempts.
    return this.turns.take(`${name} ${network}`, () => this.attempt(user, name, password, network));
  }

  private async attempt(
    user: User | undefined,
    name: string,
    password: string,
    network: string,
  ): Promise<User | undefined> {
    const keys = [`${name} ${network}`, `from ${network}`, `to ${name}`];
    const [own, from, to] = await this.attempts.count(keys, this.windowSeconds);
    const refusal =
      this.refusal(own!, this.limit) ??
      this.refusal(from!, this.limit * WIDER) ??
      (await this.refusalOfStranger(own!, to!, user, network));
    if (refusal) {
      await this.attempts.giveBack(keys);
      throw refusal;
    }
    const result = await this.accounts.verify(user, password).catch(async (error: unknown) => {
      // The password was not checked.
      await this.attempts.giveBack(keys);
      throw error;
    });
    if (result) await this.attempts.giveBack(keys, keys[0]);
    return result;
  }

  /**
   * When an account is attacked from many addresses, each new address has one attempt, enough for anyone who knows
   * the password. After ten times as many attempts, it has none.
   */
  private async refusalOfStranger(
    own: Count,
    to: Count,
    user: User | undefined,
    network: string,
  ): Promise<RateLimitProblem | undefined> {
    const most = this.limit * WIDER;
    if (to.count <= most || (own.count === 1 && to.count <= most * WIDER)) return undefined;
    return (await this.sessions.hasNetwork(user?.id, network)) ? undefined : this.refusal(to, most);
  }

  private refusal({ count, seconds: left }: Count, most: number): RateLimitProblem | undefined {
    return count > most ? new RateLimitProblem(most, seconds(this.windowSeconds), left) : undefined;
  }
}
