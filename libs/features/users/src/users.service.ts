import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import { found, Precondition, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { AuthorityRules } from './authority-rules.js';
import { requireAuthority } from './authority.js';
import {
  changedFields,
  CreateUserDto,
  NewAccountDto,
  ReplaceUserDto,
  toUserDto,
  UpdateProfileDto,
  UserDto,
} from './user.dto.js';
import { lockAdministrators, requireAdministratorAfter } from './last-administrator.js';
import { refuseOwnEmail, refuseOwnPassword } from './own-credentials.js';
import { PasswordHasher } from './password-hasher.js';
import { refuseTaken, refuseDuplicate } from './user-conflict.js';
import { User, USER_CHANGED } from './user.entity.js';

const RECENT = 10;

@Injectable()
export class UsersService {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
    private readonly bus: ProcessBus,
    private readonly rules: AuthorityRules,
    private readonly audit: AuditTrail,
  ) {}

  /** The newest users first. */
  async recent(): Promise<UserDto[]> {
    const users = await this.users.find({
      order: { createdAt: 'DESC', id: 'DESC' },
      take: RECENT,
    });
    return users.map(toUserDto);
  }

  /** @throws {NotFoundProblem} */
  async get(id: string): Promise<UserDto> {
    const user = await this.users.findOneBy({ id });
    return toUserDto(found(user, `User ${id}`));
  }

  /** Creates a user with any role that the caller may assign. */
  async create(account: CreateUserDto, caller: Principal): Promise<UserDto> {
    requireAuthority(caller, account);
    const user = await this.build(account);
    return this.users.manager.transaction(async (manager) => {
      const made = await this.insert(manager, user);
      await this.record('users.created', caller, made.id, manager, { role: made.role });
      return made;
    });
  }

  /**
   * Registers an ordinary account.
   * @param announce runs in the same transaction: an exception rolls the registration back
   * @throws {ConflictProblem} when the email or the username is taken
   */
  async register(
    account: NewAccountDto,
    announce: (user: UserDto, manager: EntityManager) => Promise<void>,
  ): Promise<UserDto> {
    const user = await this.build({ ...account, role: 'user', isActive: true });
    return this.users.manager.transaction(async (manager) => {
      const made = await this.insert(manager, user);
      await announce(made, manager);
      return made;
    });
  }

  /**
   * Changes what is given. A user who is disabled is logged out everywhere.
   *
   * @throws {BusinessRuleProblem} when it is the caller's own email, or no active administrator would be left
   */
  async update(
    id: string,
    changes: Partial<ReplaceUserDto>,
    caller: Principal,
    ifMatch?: Precondition,
  ): Promise<UserDto> {
    const user = await this.users.manager.transaction(async (manager) => {
      const administrators = await lockAdministrators(manager);
      const before = await this.lock(id, manager);
      requireAuthority(caller, before, changes.role && { role: changes.role });
      await this.rules.require(caller, id, manager);
      await ifMatch?.require(() => toUserDto(before));
      const after = { ...before, ...changes };
      refuseOwnEmail(caller, before, after.email);
      requireAdministratorAfter(administrators, id, after);
      if (before.isActive && !after.isActive) after.credentialsVersion++;
      if (before.email !== after.email) after.emailVerifiedAt = null;
      return this.save(before, after, caller, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
    return toUserDto(user);
  }

  /** Changes the caller's own account. */
  async updateProfile(
    caller: Principal,
    changes: UpdateProfileDto,
    ifMatch?: Precondition,
  ): Promise<UserDto> {
    const { id } = caller;
    const user = await this.users.manager.transaction(async (manager) => {
      const before = await this.lock(id, manager);
      await ifMatch?.require(() => toUserDto(before));
      return this.save(before, { ...before, ...changes }, caller, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
    return toUserDto(user);
  }

  async remove(id: string, caller: Principal, ifMatch?: Precondition): Promise<void> {
    await this.users.manager.transaction(async (manager) => {
      const administrators = await lockAdministrators(manager);
      const user = await this.lock(id, manager);
      await this.requireAuthorityOver(user, caller, manager);
      await ifMatch?.require(() => toUserDto(user));
      requireAdministratorAfter(administrators, id);
      await manager.delete(User, id);
      await this.record('users.deleted', caller, id, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  /**
   * Replaces the password, which ends every session of the user.
   * @throws {BusinessRuleProblem} when it is the caller's own
   */
  async setPassword(id: string, password: string, caller: Principal): Promise<void> {
    refuseOwnPassword(caller, id);
    const { manager: reader } = this.users;
    // Before the hash, which is expensive.
    await this.requireAuthorityOver(found(await this.users.findOneBy({ id }), `User ${id}`), caller, reader);
    const passwordHash = await this.hasher.hash(password);
    await this.users.manager.transaction(async (manager) => {
      const user = await this.lock(id, manager);
      await this.requireAuthorityOver(user, caller, manager);
      await manager.update(User, id, { passwordHash, credentialsVersion: user.credentialsVersion + 1 });
      await this.record('users.password-set', caller, id, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  /** Runs before the transaction, since hashing would occupy its connection. */
  private async build({ password, ...fields }: CreateUserDto): Promise<User> {
    await refuseTaken(fields, this.users.manager);
    const passwordHash = await this.hasher.hash(password);
    const { fullName = null, age = null } = fields;
    return this.users.create({ ...fields, fullName, age, id: uuidv7(), passwordHash });
  }

  private async insert(manager: EntityManager, user: User): Promise<UserDto> {
    await manager.insert(User, user).catch(refuseDuplicate);
    return toUserDto(user);
  }

  private async save(before: User, after: User, caller: Principal, manager: EntityManager): Promise<User> {
    const saved = await manager.save(User, { ...after }).catch(refuseDuplicate);
    const fields = changedFields(before, after);
    const details = { fields, ...(fields.includes('role') && { role: after.role }) };
    if (fields.length > 0) await this.record('users.changed', caller, saved.id, manager, details);
    return saved;
  }

  private async requireAuthorityOver(user: User, caller: Principal, manager: EntityManager): Promise<void> {
    requireAuthority(caller, user);
    await this.rules.require(caller, user.id, manager);
  }

  private record(
    action: string,
    { id: actorId, apiKeyId }: Principal,
    subjectId: string,
    manager: EntityManager,
    details?: Record<string, unknown>,
  ): Promise<void> {
    const entry = { action, actorId, subjectId, details: { ...details, ...(apiKeyId && { apiKeyId }) } };
    return this.audit.record(entry, manager);
  }

  private async lock(id: string, manager: EntityManager): Promise<User> {
    return found(
      await manager.findOne(User, { where: { id }, lock: { mode: 'pessimistic_write' } }),
      `User ${id}`,
    );
  }
}
