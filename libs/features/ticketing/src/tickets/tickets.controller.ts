import { Body, Controller, Get, Header, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { Caller, type Principal } from '@gatehouse/http';
import { CursorPage, Page } from '@gatehouse/listing';
import { CategoryParams, EventParams, EventSessionParams, TicketParams } from '../ticketing.dto.js';
import { ACCESS, MANAGE_EVENTS } from '../organisers/authority.js';
import {
  BoughtTicketDto,
  CreateTicketDto,
  ListTicketsQuery,
  ScanTicketDto,
  TicketDto,
  TicketSecretDto,
} from './ticket.dto.js';
import { ApiIdempotencyKey, IdempotencyKey } from './idempotency-key.decorator.js';
import { PurchaseService } from './purchase.service.js';
import { TicketsService } from './tickets.service.js';

const TICKET_LIST = OneOf(Page(TicketDto), CursorPage(TicketDto));
const LIST_SOLD = {
  permissions: MANAGE_EVENTS,
  response: TICKET_LIST,
  errors: [403, 404],
};

@Controller({ path: 'ticketing/tickets', version: '1' })
export class TicketsController {
  constructor(
    private readonly purchases: PurchaseService,
    private readonly tickets: TicketsService,
  ) {}

  @Endpoint({
    summary: 'Buy a ticket',
    description:
      'The place is held until `expiresAt`; pay at `checkout.url`. A free ticket is confirmed immediately. Users buy ' +
      'for themselves; managers of the event may also buy for others.',
    permissions: ACCESS,
    response: BoughtTicketDto,
    errors: [400, 403, 404, 422, 503],
  })
  @ApiIdempotencyKey()
  @Post()
  buy(
    @Body() order: CreateTicketDto,
    @Caller() caller: Principal,
    @IdempotencyKey() key: string | undefined,
  ) {
    return this.purchases.buy(order, caller, key);
  }

  @Endpoint({
    summary: 'List the caller’s own tickets, newest first',
    permissions: ACCESS,
    response: TICKET_LIST,
  })
  @Get('me')
  listOwn(@Query() query: ListTicketsQuery, @Caller() { id }: Principal) {
    return this.tickets.listOfUser(id, query);
  }

  @Endpoint({
    summary: 'Get a ticket',
    description: 'For its owner, those who scan for the organiser, and administrators.',
    permissions: ACCESS,
    response: TicketDto,
    errors: [404],
  })
  @Get(':id')
  get(@Param() { id }: TicketParams, @Caller() caller: Principal) {
    return this.tickets.get(id, caller);
  }

  @Endpoint({
    summary: 'Get the secret of your ticket',
    permissions: ACCESS,
    response: TicketSecretDto,
    errors: [404],
  })
  @Get(':id/secret')
  secret(@Param() { id }: TicketParams, @Caller() caller: Principal) {
    return this.tickets.secret(id, caller);
  }

  @Endpoint({
    summary: 'Get your ticket as a QR code',
    description: 'A PNG of the text `ticketId.secret`.',
    permissions: ACCESS,
    produces: ['image/png'],
    errors: [404],
  })
  @Header('cache-control', 'private, no-store')
  @Get(':id/qr')
  async qr(@Param() { id }: TicketParams, @Caller() caller: Principal): Promise<StreamableFile> {
    return new StreamableFile(await this.tickets.qr(id, caller), { type: 'image/png' });
  }

  @Endpoint({
    summary: 'Cancel a ticket',
    description: 'For its owner and managers of the event. Releases the place.',
    permissions: ACCESS,
    response: TicketDto,
    status: 200,
    errors: [400, 404],
  })
  @Post(':id/cancel')
  cancel(@Param() { id }: TicketParams, @Caller() caller: Principal) {
    return this.tickets.cancel(id, caller);
  }

  @Endpoint({
    summary: 'Scan a ticket at the door',
    description: 'For those who scan for the organiser, and administrators. Admits once.',
    permissions: ACCESS,
    response: TicketDto,
    status: 200,
    errors: [400, 403, 404, 409],
  })
  @Post(':id/scan')
  scan(@Param() { id }: TicketParams, @Body() { secret }: ScanTicketDto, @Caller() caller: Principal) {
    return this.tickets.scan(id, secret, caller);
  }
}

/** Sold tickets, for managers of the event. */
@Controller({ path: 'ticketing', version: '1' })
export class SoldTicketsController {
  constructor(private readonly tickets: TicketsService) {}

  @Endpoint({ ...LIST_SOLD, summary: 'List the tickets of an event, newest first' })
  @Get('events/:id/tickets')
  ofEvent(@Param() { id }: EventParams, @Query() query: ListTicketsQuery, @Caller() caller: Principal) {
    return this.tickets.listOfEvent(id, query, caller);
  }

  @Endpoint({ ...LIST_SOLD, summary: 'List the tickets of a session, newest first' })
  @Get('sessions/:id/tickets')
  ofSession(
    @Param() { id }: EventSessionParams,
    @Query() query: ListTicketsQuery,
    @Caller() caller: Principal,
  ) {
    return this.tickets.listOfSession(id, query, caller);
  }

  @Endpoint({ ...LIST_SOLD, summary: 'List the tickets of a category, newest first' })
  @Get('categories/:id/tickets')
  ofCategory(@Param() { id }: CategoryParams, @Query() query: ListTicketsQuery, @Caller() caller: Principal) {
    return this.tickets.listOfCategory(id, query, caller);
  }
}
