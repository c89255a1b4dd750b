import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { groupsListing, type ListGroupsQuery } from './group.dto.js';
import { Group } from './group.entity.js';

@Injectable()
export class GroupsListing {
  constructor(
    @InjectRepository(Group) private readonly groups: Repository<Group>,
    private readonly listings: Listings,
  ) {}

  async list(query: ListGroupsQuery): Promise<PageOf<Group> | CursorPageOf<Group>> {
    const { q } = query;
    const rows = this.groups.createQueryBuilder('group');
    if (q !== undefined) rows.andWhere('strpos(searchable(group.name), searchable(:q)) > 0', { q });
    return this.listings.list(rows, query, groupsListing);
  }
}
