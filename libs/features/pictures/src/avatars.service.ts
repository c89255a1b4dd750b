import { Injectable, type StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntityManager } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, found, type Precondition, type Principal } from '@gatehouse/http';
import { AuthorityRules, User } from '@gatehouse/users';
import type { UploadedFile } from '@gatehouse/validation';
import { Pictures } from './pictures.service.js';

const nameOf = (id: string): string => `Avatar of user ${id}`;

/** The avatars of users. */
@Injectable()
export class Avatars {
  constructor(
    private readonly pictures: Pictures,
    private readonly rules: AuthorityRules,
    private readonly audit: AuditTrail,
  ) {}

  open(
    id: string,
    width: number | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StreamableFile> {
    return this.pictures.open({ userId: id }, nameOf(id), width, request, reply);
  }

  set(
    id: string,
    file: UploadedFile,
    caller: Principal,
    client: ClientInfo,
    ifMatch: Precondition,
  ): Promise<void> {
    return this.pictures.replace({ userId: id }, file, ifMatch, (manager) =>
      this.authorise(id, caller, client, manager),
    );
  }

  remove(id: string, caller: Principal, client: ClientInfo, ifMatch: Precondition): Promise<void> {
    return this.pictures.remove({ userId: id }, nameOf(id), ifMatch, (manager) =>
      this.authorise(id, caller, client, manager),
    );
  }

  /** Of users that the caller may manage, which is recorded, and of the caller. */
  private async authorise(
    id: string,
    caller: Principal,
    client: ClientInfo,
    manager: EntityManager,
  ): Promise<void> {
    const lock = { mode: 'pessimistic_write' } as const;
    const user = found(await manager.findOne(User, { where: { id }, lock }), `User ${id}`);
    if (id === caller.id) return;
    await this.rules.require(caller, user, manager);
    const entry = { ...actor(caller, client), action: 'users.avatar-changed', subjectId: id };
    await this.audit.record(entry, manager);
  }
}
