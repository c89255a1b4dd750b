import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Environment } from '@gatehouse/config';
import {
  clientAddress,
  loadTestLimit,
  RateLimitProblem,
  seconds,
  ThrottleStorage,
  toSeconds,
} from '@gatehouse/throttle';
import { canonicalLogin, User, UserCredentials } from '@gatehouse/users';
import { KnownAddresses } from './known-addresses.js';
import { Turns } from './turns.js';

/** How much wider the limits are that count one side only. */
const WIDER = 10;

/** Who guesses whose password. */
interface Guess {
  userId: string | undefined;
  /** The name as it was typed, whether or not a user has it; or the user who is known already. */
  account: string;
  network: string;
}

interface Limit {
  key: string;
  most: number;
  /** Whether it does not hold where the account has logged in before. */
  sparesKnown?: boolean;
}

/**
 * Bounds how often a password can be guessed: for one account from one address, from one address, and for one
 * account from everywhere. An attempt is counted before the password is checked, so that guesses at the same moment
 * cannot pass the limit, and given back when it was right. A refusal costs no hash.
 */
@Injectable()
export class LoginProtection {
  private readonly attempts: number;
  private readonly windowMs: number;
  private readonly turns = new Turns();

  constructor(
    private readonly credentials: UserCredentials,
    private readonly known: KnownAddresses,
    private readonly storage: ThrottleStorage,
    environment: Environment,
  ) {
    this.attempts = loadTestLimit(environment.LOGIN_ATTEMPTS, environment);
    this.windowMs = seconds(environment.LOGIN_WINDOW_SECONDS);
  }

  /**
   * Checks a log-in.
   *
   * @param address of the client
   * @returns `undefined` when there is no such account, the password is wrong, or the account is disabled
   * @throws {RateLimitProblem} after too many failures, whether or not there is such an account
   */
  async check(login: string, password: string, address: string): Promise<User | undefined> {
    const user = await this.credentials.find(login);
    // A username and an email are counted apart: a common count would tell that they belong to one account.
    const guess = { userId: user?.id, account: nameOf(login), network: clientAddress(address) };
    return this.count(guess, () => this.credentials.verify(user, password));
  }

  /**
   * Counts the check of a password of somebody who is known already, e.g. before it is changed.
   *
   * @param check gives `undefined` when the password is wrong
   * @throws {RateLimitProblem} after too many failures
   */
  confirm<T>(userId: string, address: string, check: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.count({ userId, account: `user ${userId}`, network: clientAddress(address) }, check);
  }

  /** Forgets the failures of somebody who has shown by other means that the names are theirs. */
  async forgive(logins: readonly string[], address: string): Promise<void> {
    const network = clientAddress(address);
    for (const login of logins) {
      const [own] = this.limitsOf({ userId: undefined, account: nameOf(login), network });
      await this.storage.reset(own!.key);
    }
  }

  /** One at a time for an account and address: right log-ins at the same moment do not use up each other's attempts. */
  private count<T>(guess: Guess, check: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.turns.take(`${guess.account} ${guess.network}`, () => this.attempt(guess, check));
  }

  private async attempt<T>(guess: Guess, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const counted = await this.admit(guess);
    const [own, ...wide] = counted;
    const result = await check().catch(async (error: unknown) => {
      // The password was not checked.
      await this.giveBack(counted);
      throw error;
    });
    if (result === undefined) return undefined;
    await this.storage.reset(own!);
    await this.giveBack(wide);
    return result;
  }

  /** Counts the attempt in each limit, and returns the keys. One that is refused by one of them counts in none. */
  private async admit(guess: Guess): Promise<string[]> {
    const counted: string[] = [];
    for (const { key, most, sparesKnown } of this.limitsOf(guess)) {
      const { passed, resetMs } = await this.storage.hit(key, most, this.windowMs);
      if (passed) counted.push(key);
      else if (!sparesKnown || !(await this.known.has(guess.userId, guess.network))) {
        await this.giveBack(counted);
        throw new RateLimitProblem(most, this.windowMs, toSeconds(resetMs));
      }
    }
    return counted;
  }

  private limitsOf({ account, network }: Guess): Limit[] {
    // Hashed, because people also type passwords into the field for the name.
    const name = createHash('sha256').update(account).digest('base64url');
    const wide = this.attempts * WIDER;
    return [
      { key: `login:${name}:${network}`, most: this.attempts },
      { key: `login:from:${network}`, most: wide },
      { key: `login:to:${name}`, most: wide, sparesKnown: true },
    ];
  }

  private async giveBack(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.storage.giveBack(key);
  }
}

function nameOf(login: string): string {
  return `name ${canonicalLogin(login)}`;
}
