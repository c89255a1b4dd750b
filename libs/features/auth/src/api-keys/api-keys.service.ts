import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Not, Raw, type Repository, type SelectQueryBuilder } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import {
  BusinessRuleProblem,
  type ClientInfo,
  ForbiddenProblem,
  found,
  type Precondition,
  type Principal,
  UnauthenticatedProblem,
  ValidationProblem,
} from '@gatehouse/http';
import { Mailer, MailTemplates } from '@gatehouse/mail';
import { PermissionCatalogue } from '@gatehouse/permissions';
import { ProcessBus } from '@gatehouse/process-bus';
import { User } from '@gatehouse/users';
import { hashApiKey, newApiKey, visiblePrefix } from './api-key-secret.js';
import { API_KEY_DELETED, ApiKey } from './api-key.entity.js';
import { ApiKeyDto, CreateApiKeyDto, CreatedApiKeyDto, toApiKeyDto } from './api-key.dto.js';

const MAX_KEYS = 50;

@Injectable()
export class ApiKeysService {
  private readonly templates = new MailTemplates(new URL('../../mails/', import.meta.url));

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly catalogue: PermissionCatalogue,
    private readonly audit: AuditTrail,
    private readonly mailer: Mailer,
    private readonly bus: ProcessBus,
  ) {}

  /**
   * @returns the key with its secret, which is not stored
   * @throws {ValidationProblem} when a permission does not exist, or the expiry is in the past
   * @throws {ForbiddenProblem} when the caller does not hold one of the permissions
   * @throws {BusinessRuleProblem} when the caller has the maximum number of keys
   */
  async create(input: CreateApiKeyDto, caller: Principal, client: ClientInfo): Promise<CreatedApiKeyDto> {
    this.requireKnown(input.permissions);
    requireFuture(input.expiresAt);
    if (!input.permissions.every((name) => caller.can(name))) throw new ForbiddenProblem();
    const key = newApiKey();
    const made = await this.keys.manager.transaction(async (manager) => {
      const owner = await requireRoom(caller, manager);
      return this.insert(input, key, owner, client, manager);
    });
    return { ...toApiKeyDto(made), key };
  }

  /** The caller's keys, newest first. */
  async list({ id: userId }: Principal): Promise<ApiKeyDto[]> {
    const keys = this.good(userId).orderBy('key.createdAt', 'DESC').addOrderBy('key.id', 'DESC');
    return (await keys.getMany()).map(toApiKeyDto);
  }

  /** @throws {NotFoundProblem} when the caller has no such key */
  async get(id: string, { id: userId }: Principal): Promise<ApiKeyDto> {
    const key = await this.good(userId).andWhere('key.id = :id', { id }).getOne();
    return toApiKeyDto(found(key, 'API key'));
  }

  /**
   * Deletes a key. When the promise resolves, no process accepts it any more.
   * @throws {NotFoundProblem} when the caller has no such key
   */
  async remove(
    id: string,
    { id: userId }: Principal,
    { address }: ClientInfo,
    ifMatch?: Precondition,
  ): Promise<void> {
    await this.keys.manager.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const key = found(await manager.findOne(ApiKey, { where: { id, userId }, lock }), 'API key');
      await ifMatch?.require(() => toApiKeyDto(key));
      await manager.delete(ApiKey, id);
      const entry = { action: 'auth.api-key-deleted', actorId: userId, subjectId: id, address };
      await this.audit.record(entry, manager);
    });
    await this.bus.publish(API_KEY_DELETED, id);
  }

  /** The user's keys, without those that a password reset has ended. */
  private good(userId: string): SelectQueryBuilder<ApiKey> {
    return this.keys
      .createQueryBuilder('key')
      .innerJoin(User, 'user', 'user.id = key.userId AND user.credentialsVersion = key.credentialsVersion')
      .where('key.userId = :userId', { userId });
  }

  private requireKnown(permissions: readonly string[]): void {
    const errors = permissions.flatMap((name, i) =>
      this.catalogue.has(name)
        ? []
        : [{ path: `permissions.${i}`, code: 'known', message: `permissions.${i} names no permission` }],
    );
    if (errors.length > 0) throw new ValidationProblem(errors);
  }

  private async insert(
    { name, permissions, expiresAt }: CreateApiKeyDto,
    key: string,
    owner: User,
    { address }: ClientInfo,
    manager: EntityManager,
  ): Promise<ApiKey> {
    const { id: userId, username, email, credentialsVersion } = owner;
    const details = { name, permissions, expiresAt: expiresAt ?? null };
    const secret = { prefix: visiblePrefix(key), keyHash: hashApiKey(key) };
    const made = manager.create(ApiKey, { id: uuidv7(), userId, credentialsVersion, ...details, ...secret });
    await manager.insert(ApiKey, made);
    const entry = { action: 'auth.api-key-created', actorId: userId, subjectId: made.id, address, details };
    await this.audit.record(entry, manager);
    const values = { username, name, time: made.createdAt.toISOString() };
    await this.mailer.queue(email, this.templates.render('api-key-created', values), manager);
    return made;
  }
}

function requireFuture(expiresAt: Date | undefined): void {
  if (!expiresAt || expiresAt.getTime() > Date.now()) return;
  const message = 'expiresAt must be in the future';
  throw new ValidationProblem([{ path: 'expiresAt', code: 'future', message }]);
}

/** Locks the owner, so that of two concurrent requests only one can create the last key. */
async function requireRoom({ id: userId }: Principal, manager: EntityManager): Promise<User> {
  const lock = { mode: 'for_no_key_update' } as const;
  const owner = await manager.findOne(User, { where: { id: userId, isActive: true }, lock });
  if (!owner) throw new UnauthenticatedProblem();
  await manager.delete(ApiKey, { userId, credentialsVersion: Not(owner.credentialsVersion) });
  await manager.delete(ApiKey, { userId, expiresAt: Raw((column) => `${column} <= now()`) });
  if ((await manager.countBy(ApiKey, { userId })) >= MAX_KEYS)
    throw new BusinessRuleProblem(`A user can have at most ${MAX_KEYS} API keys`);
  return owner;
}
