import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CursorPageOf, ListingOptions, Listings, PageOf } from '@gatehouse/listing';
import { ListGroupsQuery } from './dto/list-groups.query.js';
import { Group } from './group.entity.js';

const options: ListingOptions = {
  keys: {
    name: { by: 'group.name', type: 'text' },
    createdAt: { by: 'group.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'group.id', type: 'uuid' },
  defaultSort: 'name',
};

@Injectable()
export class GroupsListing {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  async list(query: ListGroupsQuery): Promise<PageOf<Group> | CursorPageOf<Group>> {
    const { q } = query;
    const rows = this.dataSource.manager.createQueryBuilder(Group, 'group');
    if (q !== undefined) rows.andWhere('strpos(searchable(group.name), searchable(:q)) > 0', { q });
    return this.listings.list(rows, query, options);
  }
}
