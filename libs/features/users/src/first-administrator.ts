import { Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { takeLock, uniqueViolation } from '@gatehouse/database';
import { canonicalEmail } from './login-names.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';
import { isAcceptablePassword } from './user.dto.js';
import { UsersSettings } from './users.settings.js';

/** Makes the administrator that the `ADMIN_*` settings describe, unless there is an administrator: in one process, once. */
@Injectable()
export class FirstAdministrator implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstAdministrator.name);

  constructor(
    private readonly settings: UsersSettings,
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
  ) {}

  /** @throws when the administrator cannot be created, which stops the start */
  async onApplicationBootstrap(): Promise<void> {
    const { ADMIN_USERNAME: username, ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.settings;
    if (!username || !email || !password) return;
    await this.users.manager.transaction(async (manager) => {
      await takeLock('users.first-administrator', manager);
      if (await manager.existsBy(User, { role: 'admin' })) return;
      await this.make(username, canonicalEmail(email), password, manager);
      this.logger.log(`Created the first administrator, "${username}"`);
    });
  }

  private async make(username: string, email: string, password: string, manager: EntityManager) {
    if (!isAcceptablePassword(password)) {
      throw new Error(
        'ADMIN_PASSWORD must have 8 to 128 characters, with an upper-case letter and a digit, and not be a common one',
      );
    }
    const passwordHash = await this.hasher.hash(password);
    try {
      await manager.insert(User, { id: uuidv7(), username, email, passwordHash, role: 'admin' });
    } catch (error) {
      // Never promoted: anybody could register the name first and would become administrator.
      if (!uniqueViolation(error)) throw error;
      throw new Error(
        'ADMIN_USERNAME or ADMIN_EMAIL belongs to a user who is not an administrator: choose another',
        { cause: error },
      );
    }
  }
}
