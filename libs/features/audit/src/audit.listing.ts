import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { AuditEvent } from './audit-event.entity.js';
import { AuditEventDto, auditListing, type ListAuditEventsQuery } from './audit-event.dto.js';

@Injectable()
export class AuditListing {
  constructor(
    @InjectRepository(AuditEvent) private readonly events: Repository<AuditEvent>,
    private readonly listings: Listings,
  ) {}

  async list(query: ListAuditEventsQuery): Promise<PageOf<AuditEventDto> | CursorPageOf<AuditEventDto>> {
    const { action, actorId, subjectId, from, to } = query;
    const rows = this.events.createQueryBuilder('event');
    if (action !== undefined) rows.andWhere('event.action = :action', { action });
    if (actorId !== undefined) rows.andWhere('event.actorId = :actorId', { actorId });
    if (subjectId !== undefined) rows.andWhere('event.subjectId = :subjectId', { subjectId });
    if (from !== undefined) rows.andWhere('event.createdAt >= :from', { from });
    if (to !== undefined) rows.andWhere('event.createdAt < :to', { to });
    return this.listings.list(rows, query, auditListing);
  }
}
