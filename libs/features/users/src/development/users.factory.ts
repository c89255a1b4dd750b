import { Injectable } from '@nestjs/common';
import { EntityManager, Raw } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import type { DataFactory } from '@gatehouse/modules';
import type { Role } from '../roles.js';
import { canonicalLogin } from '../login-names.js';
import { PasswordHasher } from '../password-hasher.js';
import { User } from '../user.entity.js';
import { UsersSettings } from '../users.settings.js';

const PASSWORD = 'Passw0rd';

const people: { username: string; fullName: string; role: Role }[] = [
  { username: 'admin', fullName: 'Ada Admin', role: 'admin' },
  { username: 'moderator', fullName: 'Mona Moderator', role: 'moderator' },
  { username: 'demo', fullName: 'Dan Demo', role: 'user' },
];

/** The development log-ins: one of each role, into a table that is empty but for the first administrator. */
@Injectable()
export class UsersFactory implements DataFactory {
  constructor(
    private readonly settings: UsersSettings,
    private readonly hasher: PasswordHasher,
  ) {}

  async shouldRun(manager: EntityManager): Promise<boolean> {
    const first = this.settings.ADMIN_USERNAME;
    return !(await manager.existsBy(
      User,
      first
        ? { username: Raw((username) => `lower(${username}) <> :first`, { first: canonicalLogin(first) }) }
        : {},
    ));
  }

  async run(manager: EntityManager): Promise<void> {
    const users = await Promise.all(
      people.map(async (person) => ({
        ...person,
        id: uuidv7(),
        email: `${person.username}@example.com`,
        passwordHash: await this.hasher.hash(PASSWORD),
      })),
    );
    await manager.createQueryBuilder().insert().into(User).values(users).orIgnore().execute();
  }
}
