import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint } from '@gatehouse/gate';
import { DataPage, type PageOf, toDataPage } from '@gatehouse/listing';
import { PageUsersQuery, UserDto } from './user.dto.js';
import { UsersService } from './users.service.js';

/** The list of users with its items apart from what describes them. `docs/versions.md` says what a version is. */
@Controller({ path: 'users', version: '2' })
export class UsersV2Controller {
  constructor(private readonly users: UsersService) {}

  @Endpoint({ summary: 'List users', permissions: 'users.read', response: DataPage(UserDto) })
  @Get()
  async list(@Query() query: PageUsersQuery) {
    return toDataPage((await this.users.list(query)) as PageOf<UserDto>);
  }
}
