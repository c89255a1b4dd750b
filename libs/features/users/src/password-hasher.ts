import { Injectable, OnModuleInit } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { Environment } from '@gatehouse/config';

/** Hashes passwords with argon2id, on the threads of libuv's pool. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly options: { memoryCost: number; timeCost: number; parallelism: number };
  private dummyHash: string;

  constructor({ ARGON2_MEMORY_KIB, ARGON2_PASSES }: Environment) {
    this.options = { memoryCost: ARGON2_MEMORY_KIB, timeCost: ARGON2_PASSES, parallelism: 1 };
  }

  async onModuleInit(): Promise<void> {
    this.dummyHash = await this.hash('the password of nobody');
  }

  /** @returns the hash with its salt and parameters, in PHC format */
  hash(password: string): Promise<string> {
    return hash(password, this.options);
  }

  /**
   * Checks a password.
   *
   * @param passwordHash the account's, or `undefined` when there is no account: then it takes the same time, so
   * that a caller cannot find out who has one
   */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    const matches = await verify(passwordHash ?? this.dummyHash, password);
    return matches && passwordHash !== undefined;
  }

  /** Whether a hash was made with other parameters than those configured now. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    const { options } = this;
    return (
      memoryCost !== options.memoryCost ||
      timeCost !== options.timeCost ||
      parallelism !== options.parallelism
    );
  }
}
