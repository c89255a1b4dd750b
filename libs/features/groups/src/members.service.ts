import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository } from 'typeorm';
import { actor, AuditTrail } from '@gatehouse/audit';
import { type ClientInfo, found, type Principal } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { ProcessBus } from '@gatehouse/process-bus';
import { requireUser, User, USER_CHANGED } from '@gatehouse/users';
import { Group, requireGroup } from './group.entity.js';
import { GroupAuthority } from './group-authority.js';
import { GroupMember } from './group-member.entity.js';
import { type ListMembersQuery, MemberDto, membersListing } from './group.dto.js';

/**
 * The members of groups. When a change resolves, every process knows what the user holds now. It is published even when
 * nothing changed: the request may be a repetition, because the process that made the change ended before publishing it.
 */
@Injectable()
export class MembersService {
  constructor(
    @InjectRepository(GroupMember) private readonly members: Repository<GroupMember>,
    private readonly listings: Listings,
    private readonly authority: GroupAuthority,
    private readonly audit: AuditTrail,
    private readonly bus: ProcessBus,
  ) {}

  /** @throws {NotFoundProblem} for an unknown group */
  async list(groupId: string, query: ListMembersQuery): Promise<PageOf<MemberDto> | CursorPageOf<MemberDto>> {
    found(await this.members.manager.findOneBy(Group, { id: groupId }), `Group ${groupId}`);
    const rows = this.members.createQueryBuilder('member').where('member.groupId = :groupId', { groupId });
    const listing = await this.listings.list(rows, query, membersListing);
    return { ...listing, items: await this.named(listing.items) };
  }

  /**
   * Does nothing when the user is a member.
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} keeps from the caller
   */
  async add(groupId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.change('access.member-added', groupId, userId, caller, client, async (manager) => {
      const insert = manager.createQueryBuilder().insert().into(GroupMember).values({ groupId, userId });
      const added = await insert.orIgnore().returning('user_id').execute();
      return (added.raw as unknown[]).length > 0;
    });
  }

  /**
   * Does nothing when the user is not a member.
   * @throws {ForbiddenProblem} for a group that {@link GroupAuthority} keeps from the caller
   */
  async remove(groupId: string, userId: string, caller: Principal, client: ClientInfo): Promise<void> {
    await this.change('access.member-removed', groupId, userId, caller, client, async (manager) => {
      const { affected } = await manager.delete(GroupMember, { groupId, userId });
      return !!affected;
    });
  }

  private async change(
    action: string,
    groupId: string,
    userId: string,
    caller: Principal,
    client: ClientInfo,
    act: (manager: EntityManager) => Promise<boolean>,
  ): Promise<void> {
    await this.members.manager.transaction(async (manager) => {
      await requireGroup(groupId, manager);
      await this.authority.require([groupId], caller, manager);
      await requireUser(userId, manager);
      const entry = { ...actor(caller, client), action, subjectId: userId, details: { groupId } };
      if (await act(manager)) await this.audit.record(entry, manager);
    });
    await this.bus.publish(USER_CHANGED, userId);
  }

  /** Adds user names, and leaves out users who were deleted in the meantime. */
  private async named(members: GroupMember[]): Promise<MemberDto[]> {
    const ids = members.map(({ userId }) => userId);
    const users = await this.members.manager.findBy(User, { id: In(ids) });
    const names = new Map(users.map(({ id, username }) => [id, username]));
    return members.flatMap(({ userId, addedAt }) => {
      const username = names.get(userId);
      return username === undefined ? [] : [{ userId, username, addedAt }];
    });
  }
}
