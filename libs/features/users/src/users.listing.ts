import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { type ListUsersQuery, toUserDto, UserDto, usersListing } from './user.dto.js';
import { User } from './user.entity.js';

/** What the index users_search_idx holds. */
const SEARCHED = `searchable((user.username || ' ' || user.email || ' ' || coalesce(user.fullName, '')) COLLATE "C")`;

/** `%`, `_` and the backslash stand for themselves, also those that folding makes of wide ones. */
const PATTERN = String.raw`'%' || regexp_replace(searchable(:q), '([\\%_])', '\\\1', 'g') || '%'`;

@Injectable()
export class UsersListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  async list(query: ListUsersQuery): Promise<PageOf<UserDto> | CursorPageOf<UserDto>> {
    const { role, isActive, q } = query;
    const rows = this.dataSource.manager.createQueryBuilder(User, 'user');
    if (role !== undefined) rows.andWhere('user.role = :role', { role });
    if (isActive !== undefined) rows.andWhere('user.isActive = :isActive', { isActive });
    if (q !== undefined) rows.andWhere(`${SEARCHED} LIKE ${PATTERN}`, { q });
    const listing = await this.listings.list(rows, query, usersListing);
    return { ...listing, items: listing.items.map(toUserDto) };
  }
}
