import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { Endpoint, IfMatch, OneOf } from '@gatehouse/gate';
import { Caller, type Precondition, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import {
  CreateEventDto,
  EventDetailsDto,
  ListEventsQuery,
  TicketedEventDto,
  UpdateEventDto,
} from './event.dto.js';
import { EventParams, EVENTS } from '../ticketing.dto.js';
import { MANAGE_EVENTS } from '../organisers/authority.js';
import { EventsService } from './events.service.js';

const WRITE = { permissions: MANAGE_EVENTS, invalidates: [EVENTS] };

@Controller({ path: 'ticketing/events', version: '1' })
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Endpoint({
    summary: 'List events',
    permissions: Public,
    cache: { ttl: minutes(1), shared: true, tags: [EVENTS] },
    response: OneOf(Page(TicketedEventDto), CursorPage(TicketedEventDto)),
  })
  @Get()
  list(@Query() query: ListEventsQuery) {
    return this.events.list(query);
  }

  @Endpoint({
    summary: 'Get an event with its organiser, sessions and categories',
    permissions: Public,
    response: EventDetailsDto,
    errors: [404],
  })
  @Get(':id')
  get(@Param() { id }: EventParams) {
    return this.events.get(id);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Create an event',
    description: 'For members of the organiser with the right `manage`, and administrators.',
    response: EventDetailsDto,
    errors: [400, 403, 404, 422],
  })
  @Post()
  create(@Body() event: CreateEventDto, @Caller() caller: Principal) {
    return this.events.create(event, caller);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Change an event',
    description: 'Sessions must stay within its dates, and its quota cannot be less than the used places.',
    response: EventDetailsDto,
    errors: [400, 403, 404, 422],
  })
  @Patch(':id')
  update(
    @Param() { id }: EventParams,
    @Body() changes: UpdateEventDto,
    @Caller() caller: Principal,
    @IfMatch(EventDetailsDto) ifMatch: Precondition,
  ) {
    return this.events.update(id, changes, caller, ifMatch);
  }

  @Endpoint({
    ...WRITE,
    summary: 'Delete an event without tickets, categories and sessions',
    status: 204,
    errors: [400, 403, 404],
  })
  @Delete(':id')
  remove(
    @Param() { id }: EventParams,
    @Caller() caller: Principal,
    @IfMatch(EventDetailsDto) ifMatch: Precondition,
  ) {
    return this.events.remove(id, caller, ifMatch);
  }
}
