import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';

/** Checks who can name an account and its password. */
@Injectable()
export class UserCredentials {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Takes as long for an account that does not exist as for a wrong password.
   *
   * @param login the username, in any case, or the email
   * @returns `undefined` when there is no such account, the password is wrong, or the account is disabled
   */
  async check(login: string, password: string): Promise<User | undefined> {
    const user = await this.find(login);
    const matches = await this.hasher.verify(user?.passwordHash, password);
    if (!user || !matches || !user.isActive) return undefined;
    if (this.hasher.isOutdated(user.passwordHash)) await this.rehash(user, password);
    return user;
  }

  /** Whose login it is, whatever the password; `undefined` when it is nobody's. */
  async idOf(login: string): Promise<string | undefined> {
    return (await this.find(login))?.id;
  }

  /** No username has an `@`, so a login names one account at most. */
  private async find(login: string): Promise<User | undefined> {
    const column = login.includes('@') ? 'user.email' : 'lower(user.username)';
    const user = await this.dataSource.manager
      .createQueryBuilder(User, 'user')
      .addSelect('user.passwordHash')
      .where(`${column} = :login`, { login: login.toLowerCase() })
      .getOne();
    return user ?? undefined;
  }

  private async rehash({ id, passwordHash: outdated }: User, password: string): Promise<void> {
    const passwordHash = await this.hasher.hash(password);
    await this.dataSource.manager.update(User, { id, passwordHash: outdated }, { passwordHash });
  }
}
