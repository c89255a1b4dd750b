import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { humanOnly } from '@gatehouse/permissions';
import { CreateGroupDto, GroupDto, GroupParams, ListGroupsQuery, UpdateGroupDto } from './group.dto.js';
import { GroupsService } from './groups.service.js';

const mayWrite = ['access.write', humanOnly];

@Controller({ path: 'groups', version: '1' })
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Endpoint({
    summary: 'List groups',
    permissions: 'access.read',
    response: OneOf(Page(GroupDto), CursorPage(GroupDto)),
  })
  @Get()
  list(@Query() query: ListGroupsQuery) {
    return this.groups.list(query);
  }

  @Endpoint({ summary: 'Get a group', permissions: 'access.read', response: GroupDto, errors: [404] })
  @Get(':id')
  get(@Param() { id }: GroupParams) {
    return this.groups.get(id);
  }

  @Endpoint({ summary: 'Create a group', permissions: mayWrite, response: GroupDto, errors: [409] })
  @Post()
  create(@Body() group: CreateGroupDto, @Caller() caller: Principal, @FromClient() client: ClientInfo) {
    return this.groups.create(group, caller, client);
  }

  @Endpoint({
    summary: 'Change a group',
    description: 'Only for callers who have every permission of the group.',
    permissions: mayWrite,
    response: GroupDto,
    errors: [403, 404, 409],
  })
  @Patch(':id')
  update(
    @Param() { id }: GroupParams,
    @Body() changes: UpdateGroupDto,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(GroupDto) ifMatch: Precondition,
  ) {
    return this.groups.update(id, changes, caller, client, ifMatch);
  }

  @Endpoint({
    summary: 'Delete a group',
    description:
      'Its members immediately lose permissions that they have only through it. Only for callers who have every permission of the group.',
    permissions: mayWrite,
    status: 204,
    errors: [403, 404],
  })
  @Delete(':id')
  remove(
    @Param() { id }: GroupParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
    @IfMatch(GroupDto) ifMatch: Precondition,
  ) {
    return this.groups.remove(id, caller, client, ifMatch);
  }
}
