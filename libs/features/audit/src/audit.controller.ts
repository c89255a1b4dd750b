import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { CursorPage, Page } from '@gatehouse/listing';
import { AuditEventDto, ListAuditEventsQuery } from './audit-event.dto.js';
import { AuditTrail } from './audit-trail.js';

@Controller({ path: 'audit', version: '1' })
export class AuditController {
  constructor(private readonly trail: AuditTrail) {}

  @Endpoint({
    summary: 'List security events, newest first',
    permissions: 'audit.read',
    response: OneOf(Page(AuditEventDto), CursorPage(AuditEventDto)),
  })
  @Get()
  list(@Query() query: ListAuditEventsQuery) {
    return this.trail.list(query);
  }
}
