import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { canonicalLogin } from './login-names.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';

/** Checks log-in names and passwords. */
@Injectable()
export class UserCredentials {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Takes the same time for an account that does not exist as for a wrong password.
   * @param login the username or the email, in any case
   * @returns `undefined` when the account does not exist, the password is wrong, or the account is disabled
   */
  async check(login: string, password: string): Promise<User | undefined> {
    return this.verify(await this.find(login), password);
  }

  /** The second half of {@link check}, for callers that do something between the two. */
  async verify(user: User | undefined, password: string): Promise<User | undefined> {
    const matches = await this.hasher.verify(user?.passwordHash, password);
    if (!user || !matches || !user.isActive) return undefined;
    if (this.hasher.isOutdated(user.passwordHash)) await this.rehash(user, password);
    return user;
  }

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

  async findById(id: string): Promise<User | undefined> {
    const users = this.users.createQueryBuilder('user').addSelect('user.passwordHash');
    return (await users.where('user.id = :id', { id }).getOne()) ?? undefined;
  }

  private async rehash({ id, passwordHash: outdated }: User, password: string): Promise<void> {
    const passwordHash = await this.hasher.hash(password);
    await this.users.update({ id, passwordHash: outdated }, { passwordHash });
  }
}
