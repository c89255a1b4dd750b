import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { EventParams, EventSessionParams, EVENTS } from '../ticketing.dto.js';
import { ACCESS, MANAGE_EVENTS } from '../organisers/authority.js';
import {
  CreateEventSessionDto,
  EventSessionDto,
  ListEventSessionsQuery,
  UpdateEventSessionDto,
} from './event-session.dto.js';
import { EventSessionsService } from './event-sessions.service.js';

const WRITE = { permissions: MANAGE_EVENTS, invalidates: [EVENTS], errors: [400, 403, 404] };

@Controller({ path: 'ticketing', version: '1' })
export class EventSessionsController {
  constructor(private readonly sessions: EventSessionsService) {}

  @Endpoint({
    summary: 'List the sessions of an event',
    permissions: ACCESS,
    response: OneOf(Page(EventSessionDto), CursorPage(EventSessionDto)),
    errors: [404],
  })
  @Get('events/:id/sessions')
  list(@Param() { id }: EventParams, @Query() query: ListEventSessionsQuery) {
    return this.sessions.list(id, query);
  }

  @Endpoint({ summary: 'Get a session', permissions: ACCESS, response: EventSessionDto, errors: [404] })
  @Get('sessions/:id')
  get(@Param() { id }: EventSessionParams) {
    return this.sessions.get(id);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Create a session of an event',
    description: 'Its date must be within the dates of the event.',
    response: EventSessionDto,
  })
  @Post('sessions')
  create(@Body() session: CreateEventSessionDto, @Caller() caller: Principal) {
    return this.sessions.create(session, caller);
  }

  @Endpoint({ ...WRITE, summary: 'Change a session', response: EventSessionDto })
  @Patch('sessions/:id')
  update(
    @Param() { id }: EventSessionParams,
    @Body() changes: UpdateEventSessionDto,
    @Caller() caller: Principal,
    @IfMatch(EventSessionDto) ifMatch: Precondition,
  ) {
    return this.sessions.update(id, changes, caller, ifMatch);
  }

  @Endpoint({ ...WRITE, summary: 'Delete a session without tickets and categories', status: 204 })
  @Delete('sessions/:id')
  remove(
    @Param() { id }: EventSessionParams,
    @Caller() caller: Principal,
    @IfMatch(EventSessionDto) ifMatch: Precondition,
  ) {
    return this.sessions.remove(id, caller, ifMatch);
  }
}
