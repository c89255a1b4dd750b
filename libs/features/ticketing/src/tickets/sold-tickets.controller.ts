import { Controller, Get, Param, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { CategoryParams, EventParams, EventSessionParams } from '../ticketing.dto.js';
import { MANAGE_EVENTS } from '../organisers/authority.js';
import { ListTicketsQuery, TicketDto } from './ticket.dto.js';
import { TicketsListing } from './tickets.listing.js';

const LIST = {
  permissions: MANAGE_EVENTS,
  response: OneOf(Page(TicketDto), CursorPage(TicketDto)),
  errors: [403, 404],
};

/** Sold tickets, for managers of the event. */
@Controller({ path: 'ticketing', version: '1' })
export class SoldTicketsController {
  constructor(private readonly listing: TicketsListing) {}

  @Endpoint({ ...LIST, summary: 'List the tickets of an event, newest first' })
  @Get('events/:id/tickets')
  ofEvent(@Param() { id }: EventParams, @Query() query: ListTicketsQuery, @Caller() caller: Principal) {
    return this.listing.ofEvent(id, query, caller);
  }

  @Endpoint({ ...LIST, summary: 'List the tickets of a session, newest first' })
  @Get('sessions/:id/tickets')
  ofSession(
    @Param() { id }: EventSessionParams,
    @Query() query: ListTicketsQuery,
    @Caller() caller: Principal,
  ) {
    return this.listing.ofSession(id, query, caller);
  }

  @Endpoint({ ...LIST, summary: 'List the tickets of a category, newest first' })
  @Get('categories/:id/tickets')
  ofCategory(@Param() { id }: CategoryParams, @Query() query: ListTicketsQuery, @Caller() caller: Principal) {
    return this.listing.ofCategory(id, query, caller);
  }
}
