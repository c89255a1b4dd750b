import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { CursorPage, Page } from '@gatehouse/listing';
import { AuditListing } from './audit.listing.js';
import { AuditEventDto, ListAuditEventsQuery } from './audit-event.dto.js';

@Controller({ path: 'audit', version: '1' })
export class AuditController {
  constructor(private readonly listing: AuditListing) {}

  @Endpoint({
    summary: 'List security events, newest first',
    permissions: 'audit.read',
    response: OneOf(Page(AuditEventDto), CursorPage(AuditEventDto)),
  })
  @Get()
  list(@Query() query: ListAuditEventsQuery) {
    return this.listing.list(query);
  }
}
