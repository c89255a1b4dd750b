import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type ClientInfo, FromClient, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { hasRole } from '@gatehouse/permissions';
import { OrganiserParams, EVENTS } from '../ticketing.dto.js';
import { ACCESS } from './authority.js';
import {
  CreateOrganiserDto,
  ListOrganisersQuery,
  OrganiserDetailsDto,
  OrganiserDto,
  OrganiserMemberParams,
  SetMemberDto,
  UpdateOrganiserDto,
} from './organiser.dto.js';
import { OrganisersService } from './organisers.service.js';

const mayWrite = hasRole('admin');

@Controller({ path: 'ticketing/organisers', version: '1' })
export class OrganisersController {
  constructor(private readonly organisers: OrganisersService) {}

  @Endpoint({
    summary: 'List organisers',
    permissions: ACCESS,
    response: OneOf(Page(OrganiserDto), CursorPage(OrganiserDto)),
  })
  @Get()
  list(@Query() query: ListOrganisersQuery) {
    return this.organisers.list(query);
  }

  @Endpoint({
    summary: 'Get an organiser and its members',
    permissions: ACCESS,
    response: OrganiserDetailsDto,
    errors: [404],
  })
  @Get(':id')
  get(@Param() { id }: OrganiserParams) {
    return this.organisers.get(id);
  }

  @Endpoint({ summary: 'Create an organiser', permissions: mayWrite, response: OrganiserDetailsDto })
  @Post()
  create(@Body() organiser: CreateOrganiserDto) {
    return this.organisers.create(organiser);
  }

  @Endpoint({
    summary: 'Change an organiser',
    permissions: mayWrite,
    invalidates: [EVENTS],
    response: OrganiserDetailsDto,
    errors: [404],
  })
  @Patch(':id')
  update(
    @Param() { id }: OrganiserParams,
    @Body() changes: UpdateOrganiserDto,
    @IfMatch(OrganiserDetailsDto) ifMatch: Precondition,
  ) {
    return this.organisers.update(id, changes, ifMatch);
  }

  @Endpoint({
    summary: 'Delete an organiser without events',
    permissions: mayWrite,
    status: 204,
    errors: [404],
  })
  @Delete(':id')
  remove(@Param() { id }: OrganiserParams, @IfMatch(OrganiserDetailsDto) ifMatch: Precondition) {
    return this.organisers.remove(id, ifMatch);
  }

  @Endpoint({
    summary: 'Set the rights of a user in an organiser',
    description: 'To manage events, a member needs the permission `ticketing.manage-events` as well.',
    permissions: mayWrite,
    status: 204,
    errors: [404],
  })
  @Put(':id/members/:userId')
  setMember(
    @Param() { id, userId }: OrganiserMemberParams,
    @Body() { rights }: SetMemberDto,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.organisers.setMember(id, userId, rights, caller, client);
  }

  @Endpoint({
    summary: 'Remove a user from an organiser',
    permissions: mayWrite,
    status: 204,
    errors: [404],
  })
  @Delete(':id/members/:userId')
  removeMember(
    @Param() { id, userId }: OrganiserMemberParams,
    @Caller() caller: Principal,
    @FromClient() client: ClientInfo,
  ) {
    return this.organisers.removeMember(id, userId, caller, client);
  }
}
