import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { type ListUsersQuery, toUserDto, UserDto, usersListing } from './user.dto.js';
import { User } from './user.entity.js';

/** The expression of the index users_search_idx. */
const SEARCHED = `searchable((user.username || ' ' || user.email || ' ' || coalesce(user.fullName, '')) COLLATE "C")`;

/** Escapes `%`, `_` and the backslash, including those produced by folding wide characters. */
const PATTERN = String.raw`'%' || regexp_replace(searchable(:q), '([\\%_])', '\\\1', 'g') || '%'`;

@Injectable()
export class UsersListing {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly listings: Listings,
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
}
