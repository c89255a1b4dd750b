import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { actor, AuditTrail } from '@gatehouse/audit';
import { onDuplicate } from '@gatehouse/database';
import { type ClientInfo, ConflictProblem, found, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { ProcessBus } from '@gatehouse/process-bus';
import { comparable } from '@gatehouse/text';
import { CreateGroupDto, groupsListing, type ListGroupsQuery, UpdateGroupDto } from './group.dto.js';
import { GRANTS_CHANGED } from './permission.entity.js';
import { GroupAuthority } from './group-authority.js';
import { Group } from './group.entity.js';

const refuseDuplicate = onDuplicate({
  groups_name_key: () => new ConflictProblem('Group with this name already exists'),
});

@Injectable()
export class GroupsService {
  constructor(
    @InjectRepository(Group) private readonly groups: Repository<Group>,
    private readonly listings: Listings,
    private readonly authority: GroupAuthority,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
  ) {}

  list(query: ListGroupsQuery): Promise<PageOf<Group> | CursorPageOf<Group>> {
    const { q } = query;
    const rows = this.groups.createQueryBuilder('group');
    if (q !== undefined) rows.andWhere('strpos(searchable(group.name), searchable(:q)) > 0', { q });
    return this.listings.list(rows, query, groupsListing);
  }

  /** @throws {NotFoundProblem} */
  async get(id: string): Promise<Group> {
    return found(await this.groups.findOneBy({ id }), `Group ${id}`);
  }

  /** @throws {ConflictProblem} when the name is taken */
  create({ name, description }: CreateGroupDto, caller: Principal, client: ClientInfo): Promise<Group> {
    return this.groups.manager.transaction(async (manager) => {
      const id = uuidv7();
      await manager
        .insert(Group, { id, name, nameKey: comparable(name), description })
        .catch(refuseDuplicate);
      const entry = { ...actor(caller, client), action: 'access.group-created', subjectId: id };
      await this.audit.record({ ...entry, details: { name } }, manager);
      return manager.findOneByOrFail(Group, { id });
    });
  }

  /**
   * Changes the given fields.
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} protects from the caller
   * @throws {ConflictProblem} when the name is taken
   */
  update(
    id: string,
    changes: UpdateGroupDto,
    caller: Principal,
    client: ClientInfo,
    ifMatch?: Precondition,
  ): Promise<Group> {
    return this.groups.manager.transaction(async (manager) => {
      const before = await this.lock(id, manager);
      await this.authority.require([id], caller, manager);
      await ifMatch?.require(() => before);
      const after = { ...before, ...changes, nameKey: comparable(changes.name ?? before.name) };
      if (after.name === before.name && after.description === before.description) return before;
      await manager.save(Group, after).catch(refuseDuplicate);
      const entry = { ...actor(caller, client), action: 'access.group-changed', subjectId: id };
      await this.audit.record({ ...entry, details: { ...changes } }, manager);
      return manager.findOneByOrFail(Group, { id });
    });
  }

  /**
   * Deletes a group and thereby revokes its permissions from its members. When it resolves, every process knows.
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} protects from the caller
   */
  async remove(id: string, caller: Principal, client: ClientInfo, ifMatch?: Precondition): Promise<void> {
    await this.groups.manager.transaction(async (manager) => {
      const group = await this.lock(id, manager);
      await this.authority.require([id], caller, manager);
      await ifMatch?.require(() => group);
      await manager.delete(Group, id);
      const entry = { ...actor(caller, client), action: 'access.group-deleted', subjectId: id };
      await this.audit.record({ ...entry, details: { name: group.name } }, manager);
    });
    await this.bus.publish(GRANTS_CHANGED, id);
  }

  private async lock(id: string, manager: EntityManager): Promise<Group> {
    const lock = { mode: 'pessimistic_write' } as const;
    return found(await manager.findOne(Group, { where: { id }, lock }), `Group ${id}`);
  }
}
