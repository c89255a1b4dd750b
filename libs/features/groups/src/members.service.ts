import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import type { ClientInfo, Principal } from '@gatehouse/http';
import { ProcessBus } from '@gatehouse/process-bus';
import { requireUser, USER_CHANGED } from '@gatehouse/users';
import { requireGroup } from './group.entity.js';
import { GroupAuthority } from './group-authority.js';
import { GroupMember } from './group-member.entity.js';

/**
 * The members of groups. When a change resolves, every process knows what the user holds now. It is published even when
 * nothing changed: the request may be a repetition, because the process that made the change ended before publishing it.
 */
@Injectable()
export class MembersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly authority: GroupAuthority,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
  ) {}

  /**
   * Does nothing when the user is a member.
   *
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} keeps from the caller
   */
  async add(groupId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await requireGroup(groupId, manager);
      await this.authority.require([groupId], caller, manager);
      await requireUser(userId, manager);
      const added = await manager
        .createQueryBuilder()
        .insert()
        .into(GroupMember)
        .values({ groupId, userId })
        .orIgnore()
        .returning('user_id')
        .execute();
      if ((added.raw as unknown[]).length === 0) return;
      const details = { groupId };
      await this.audit.record(
        { ...actor(caller, client), action: 'access.member-added', subjectId: userId, details },
        manager,
      );
    });
    await this.bus.publish(USER_CHANGED, userId);
  }

  /**
   * Does nothing when the user is not a member.
   *
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} keeps from the caller
   */
  async remove(groupId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await requireGroup(groupId, manager);
      await this.authority.require([groupId], caller, manager);
      await requireUser(userId, manager);
      const { affected } = await manager.delete(GroupMember, { groupId, userId });
      if (!affected) return;
      const details = { groupId };
      await this.audit.record(
        { ...actor(caller, client), action: 'access.member-removed', subjectId: userId, details },
        manager,
      );
    });
    await this.bus.publish(USER_CHANGED, userId);
  }
}
