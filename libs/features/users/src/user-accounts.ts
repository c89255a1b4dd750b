import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { onDuplicate } from '@gatehouse/database';
import { ConflictProblem, found } from '@gatehouse/http';
import { canonicalLogin } from './login-names.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';

export const emailTaken = () => new ConflictProblem('User with this email already exists');
export const usernameTaken = () => new ConflictProblem('User with this username already exists');

/** For `catch` after writing a user. */
export const refuseDuplicate = onDuplicate({
  users_email_key: emailTaken,
  users_username_key: usernameTaken,
});

/**
 * Accounts as other features use them: to check passwords, and to change accounts in transactions of their own. After
 * the commit of a change, and before it responds, the caller publishes `USER_CHANGED`.
 */
@Injectable()
export class UserAccounts {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
  ) {}

  /** The account of a log-in name, with its hash. Usernames contain no `@`, so there is at most one. */
  async find(login: string): Promise<User | undefined> {
    const column = login.includes('@') ? '"user".email' : 'lower("user".username)';
    // Gives a row in any case, of nulls for an unknown name, so that reading it takes the same time.
    const [row] = await this.users.query<[Record<string, unknown>]>(
      `SELECT "user".* FROM (SELECT) AS wanted LEFT JOIN users AS "user" ON ${column} = $1`,
      [canonicalLogin(login)],
    );
    const { columns } = this.users.metadata;
    const fields = columns.map(({ propertyName, databaseName }) => [propertyName, row[databaseName]]);
    const user = Object.assign(new User(), Object.fromEntries(fields));
    return user.id ? user : undefined;
  }

  /** An account with its hash. */
  async findById(id: string): Promise<User | undefined> {
    const users = this.users.createQueryBuilder('user').addSelect('user.passwordHash');
    return (await users.where('user.id = :id', { id }).getOne()) ?? undefined;
  }

  /**
   * Checks a password. Takes the same time for an account that does not exist as for a wrong password.
   * @param user with its hash
   * @returns `undefined` when the account does not exist, the password is wrong, or the account is disabled
   */
  async verify(user: User | undefined, password: string): Promise<User | undefined> {
    const matches = await this.hasher.verify(user?.passwordHash, password);
    if (!user || !matches || !user.isActive) return undefined;
    const { id, passwordHash: old } = user;
    if (this.hasher.isOutdated(old))
      await this.users.update({ id, passwordHash: old }, { passwordHash: await this.hasher.hash(password) });
    return user;
  }

  /**
   * Finds an account and locks it until the transaction ends. Lock it before any row that belongs to it.
   * @param by the id, or the email in its stored form
   */
  async lock(by: { id: string } | { email: string }, manager: EntityManager): Promise<User | undefined> {
    const user = await manager.findOne(User, { where: by, lock: { mode: 'pessimistic_write' } });
    return user ?? undefined;
  }

  /**
   * Replaces the password, which ends every session of the user.
   * @param user locked
   * @param passwordHash computed before the transaction, since it takes long
   * @returns the new credentials version: sessions and keys moved to it stay valid
   */
  async setPassword(
    { id, credentialsVersion }: Pick<User, 'id' | 'credentialsVersion'>,
    passwordHash: string,
    manager: EntityManager,
  ): Promise<number> {
    const version = credentialsVersion + 1;
    await manager.update(User, id, { passwordHash, credentialsVersion: version });
    return version;
  }

  /**
   * Sets an address that its owner has confirmed.
   * @throws {ConflictProblem} when another user has it
   */
  async setVerifiedEmail(id: string, email: string, manager: EntityManager): Promise<void> {
    await manager.update(User, id, { email, emailVerifiedAt: () => 'now()' }).catch(refuseDuplicate);
  }
}

/**
 * Checks that a user exists, and keeps it until the transaction ends.
 *
 * @throws {NotFoundProblem}
 */
export async function requireUser(id: string, manager: EntityManager): Promise<void> {
  const lock = { mode: 'for_key_share' } as const;
  found(await manager.findOne(User, { select: { id: true }, where: { id }, lock }), `User ${id}`);
}
