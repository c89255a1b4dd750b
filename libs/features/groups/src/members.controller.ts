import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { humanOnly } from '@gatehouse/permissions';
import { GroupParams, ListMembersQuery, MemberDto, MemberParams } from './group.dto.js';
import { MembersService } from './members.service.js';

const mayWrite = ['access.write', humanOnly];

@Controller({ path: 'groups/:id/members', version: '1' })
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Endpoint({
    summary: 'List the members of a group',
    permissions: 'access.read',
    response: OneOf(Page(MemberDto), CursorPage(MemberDto)),
    errors: [404],
  })
  @Get()
  list(@Param() { id }: GroupParams, @Query() query: ListMembersQuery) {
    return this.members.list(id, query);
  }

  @Endpoint({
    summary: 'Add a user to a group',
    description: 'Only for callers who have every permission of the group.',
    permissions: mayWrite,
    status: 204,
    errors: [403, 404],
  })
  @Put(':userId')
  add(@Param() { id, userId }: MemberParams, @Caller() caller: Principal, @FromClient() client: ClientInfo) {
    return this.members.add(id, userId, caller, client);
  }

  @Endpoint({
    summary: 'Remove a user from a group',
    description: 'Only for callers who have every permission of the group.',
    permissions: mayWrite,
    status: 204,
    errors: [403, 404],
  })
  @Delete(':userId')
  remove(
    @Param() { id, userId }: MemberParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.members.remove(id, userId, caller, client);
  }
}
