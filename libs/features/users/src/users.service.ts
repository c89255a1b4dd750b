import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Raw, type Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import { BusinessRuleProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { ProcessBus } from '@gatehouse/process-bus';
import { PasswordHasher } from './password-hasher.js';
import { emailTaken, refuseDuplicate, usernameTaken } from './user-accounts.js';
import {
  AuthorityRules,
  lockAdministrators,
  requireAdministratorAfter,
  requireRank,
} from './user-authority.js';
import {
  changedFields,
  CreateUserDto,
  type ListUsersQuery,
  NewAccountDto,
  ReplaceUserDto,
  toUserDto,
  UpdateProfileDto,
  UserDto,
  usersListing,
} from './user.dto.js';
import { User, USER_CHANGED } from './user.entity.js';

const RECENT = 10;

/** The expression of the index users_search_idx. */
const SEARCHED = `searchable((user.username || ' ' || user.email || ' ' || coalesce(user.fullName, '')) COLLATE "C")`;

/** Escapes `%`, `_` and the backslash, including those produced by folding wide characters. */
const PATTERN = String.raw`'%' || regexp_replace(searchable(:q), '([\\%_])', '\\\1', 'g') || '%'`;

/** @param manager manager of the transaction that creates the account */
type RegistrationListener = (user: UserDto, manager: EntityManager) => Promise<void>;

@Injectable()
export class UsersService {
  private readonly listeners: RegistrationListener[] = [];

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly listings: Listings,
    private readonly hasher: PasswordHasher,
    private readonly bus: ProcessBus,
    private readonly rules: AuthorityRules,
    private readonly audit: AuditTrail,
  ) {}

  async list(query: ListUsersQuery): Promise<PageOf<UserDto> | CursorPageOf<UserDto>> {
    const { role, isActive, q } = query;
    const rows = this.users.createQueryBuilder('user');
    if (role !== undefined) rows.andWhere('user.role = :role', { role });
    if (isActive !== undefined) rows.andWhere('user.isActive = :isActive', { isActive });
    if (q !== undefined) rows.andWhere(`${SEARCHED} LIKE ${PATTERN}`, { q });
    const listing = await this.listings.list(rows, query, usersListing);
    return { ...listing, items: listing.items.map(toUserDto) };
  }

  /** The newest users first. */
  async recent(): Promise<UserDto[]> {
    const users = await this.users.find({ order: { createdAt: 'DESC', id: 'DESC' }, take: RECENT });
    return users.map(toUserDto);
  }

  /** @throws {NotFoundProblem} */
  async get(id: string): Promise<UserDto> {
    return toUserDto(found(await this.users.findOneBy({ id }), `User ${id}`));
  }

  /** Creates a user with any role that the caller may assign. */
  async create(account: CreateUserDto, caller: Principal): Promise<UserDto> {
    requireRank(caller, account.role);
    const user = await this.build(account);
    return this.users.manager.transaction(async (manager) => {
      const made = await this.insert(manager, user);
      await this.record('users.created', caller, made.id, manager, { role: made.role });
      return made;
    });
  }

  /** Has a listener called in each transaction that registers an account. An exception rolls it back. */
  onRegistration(listener: RegistrationListener): void {
    this.listeners.push(listener);
  }

  /**
   * Registers an ordinary account.
   * @throws {ConflictProblem} when the email or the username is taken
   */
  async register(account: NewAccountDto): Promise<UserDto> {
    const user = await this.build({ ...account, role: 'user', isActive: true });
    return this.users.manager.transaction(async (manager) => {
      const made = await this.insert(manager, user);
      for (const listener of this.listeners) await listener(made, manager);
      return made;
    });
  }

  /**
   * Changes the given fields. A disabled user is logged out everywhere.
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
      await this.rules.require(caller, before, manager);
      if (changes.role) requireRank(caller, changes.role);
      await ifMatch?.require(() => toUserDto(before));
      const after = { ...before, ...changes };
      // It counts only after it has been confirmed from its mailbox.
      if (caller.id === id && before.email !== after.email)
        throw new BusinessRuleProblem('Change your own email at /auth/change-email');
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
      await this.rules.require(caller, user, manager);
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
    // Without the current one, an unattended browser would be enough to take over the account.
    if (caller.id === id)
      throw new BusinessRuleProblem(
        'Change your own password at /auth/change-password, with the current one',
      );
    // Before the hash, which is expensive.
    const known = found(await this.users.findOneBy({ id }), `User ${id}`);
    await this.rules.require(caller, known, this.users.manager);
    const passwordHash = await this.hasher.hash(password);
    await this.users.manager.transaction(async (manager) => {
      const user = await this.lock(id, manager);
      await this.rules.require(caller, user, manager);
      await manager.update(User, id, { passwordHash, credentialsVersion: user.credentialsVersion + 1 });
      await this.record('users.password-set', caller, id, manager);
    });
    await this.bus.publish(USER_CHANGED, id);
  }

  /** Runs before the transaction, since hashing would occupy its connection. */
  private async build({ password, ...fields }: CreateUserDto): Promise<User> {
    await this.refuseTaken(fields);
    const passwordHash = await this.hasher.hash(password);
    const { fullName = null, age = null } = fields;
    return this.users.create({ ...fields, fullName, age, id: uuidv7(), passwordHash });
  }

  /** Before a hash is computed. The write itself is decisive. */
  private async refuseTaken({ email, username }: Pick<User, 'email' | 'username'>): Promise<void> {
    const sameName = Raw((name) => `lower(${name}) = lower(:username)`, { username });
    const taken = await this.users.findBy([{ email }, { username: sameName }]);
    if (taken.some((user) => user.email === email)) throw emailTaken();
    if (taken.length > 0) throw usernameTaken();
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
    const lock = { mode: 'pessimistic_write' } as const;
    return found(await manager.findOne(User, { where: { id }, lock }), `User ${id}`);
  }
}
