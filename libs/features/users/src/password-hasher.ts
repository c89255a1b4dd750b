import { isDeepStrictEqual } from 'node:util';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { UnavailableProblem } from '@gatehouse/http';
import { UsersSettings } from './users.settings.js';

/** The form of a password that is hashed, independent of how a keyboard composes its letters (RFC 8265). */
export function canonicalPassword(password: string): string {
  return password.normalize('NFKC');
}

/** Number of libuv threads for hashing; the others remain for compression, files and DNS. */
const AT_ONCE = Math.max(1, Math.floor((Number(process.env['UV_THREADPOOL_SIZE']) || 4) / 2));
/** Maximum number of waiting passwords; keeps the wait well below a second. */
const MAX_WAITING = 32;
/** Seconds. */
const RETRY_AFTER = 1;

/**
 * Hashes passwords with argon2id, on at most half of the threads of libuv's pool. {@link hash} and {@link verify}
 * throw an `UnavailableProblem` when too many are waiting.
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly options: { memoryCost: number; timeCost: number; parallelism: number };
  private dummyHash: string;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor({ ARGON2_MEMORY_KIB, ARGON2_PASSES }: UsersSettings) {
    this.options = { memoryCost: ARGON2_MEMORY_KIB, timeCost: ARGON2_PASSES, parallelism: 1 };
  }

  async onModuleInit(): Promise<void> {
    this.dummyHash = await this.hash('the password of nobody');
  }

  /** @returns the hash with its salt and parameters, in PHC format */
  hash(password: string): Promise<string> {
    return this.admit(() => hash(canonicalPassword(password), this.options));
  }

  /**
   * Checks a password.
   *
   * @param passwordHash the account's, or `undefined` when there is no account: then it takes the same time, so
   * that a caller cannot find out whether there is one
   */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await this.admit(() =>
      verify(passwordHash ?? this.dummyHash, canonicalPassword(password)),
    );
    return matches && passwordHash !== undefined;
  }

  /** Whether a hash was made with parameters other than the current ones. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    return !isDeepStrictEqual({ memoryCost, timeCost, parallelism }, this.options);
  }

  private async admit<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) this.running++;
    else if (this.waiting.length < MAX_WAITING)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    else throw new UnavailableProblem('Too many passwords are being checked', RETRY_AFTER);
    try {
      return await work();
    } finally {
      // The one that has waited longest takes over the place.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
