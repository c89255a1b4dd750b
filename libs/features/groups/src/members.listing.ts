import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import { found } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { User } from '@gatehouse/users';
import { type ListMembersQuery, MemberDto, membersListing } from './member.dto.js';
import { GroupMember } from './group-member.entity.js';
import { Group } from './group.entity.js';

@Injectable()
export class MembersListing {
  constructor(
    @InjectRepository(GroupMember) private readonly members: Repository<GroupMember>,
    private readonly listings: Listings,
  ) {}

  /** @throws {NotFoundProblem} for an unknown group */
  async list(groupId: string, query: ListMembersQuery): Promise<PageOf<MemberDto> | CursorPageOf<MemberDto>> {
    found(await this.members.manager.findOneBy(Group, { id: groupId }), `Group ${groupId}`);
    const rows = this.members.createQueryBuilder('member').where('member.groupId = :groupId', { groupId });
    const listing = await this.listings.list(rows, query, membersListing);
    return { ...listing, items: await this.named(listing.items) };
  }

  /** Adds user names, and leaves out users who were deleted in the meantime. */
  private async named(members: GroupMember[]): Promise<MemberDto[]> {
    const ids = members.map(({ userId }) => userId);
    const users = await this.members.manager.find(User, {
      select: { id: true, username: true },
      where: { id: In(ids) },
    });
    const names = new Map(users.map(({ id, username }) => [id, username]));
    return members.flatMap(({ userId, addedAt }) => {
      const username = names.get(userId);
      return username === undefined ? [] : [{ userId, username, addedAt }];
    });
  }
}
