import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { eventsListing, type ListEventsQuery } from './event.dto.js';
import { TicketedEvent } from '../entities/event.entity.js';

@Injectable()
export class EventsListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  list(query: ListEventsQuery): Promise<PageOf<TicketedEvent> | CursorPageOf<TicketedEvent>> {
    const { organiserId } = query;
    const rows = this.dataSource.manager.createQueryBuilder(TicketedEvent, 'event');
    if (organiserId !== undefined) rows.andWhere('event.organiserId = :organiserId', { organiserId });
    return this.listings.list(rows, query, eventsListing);
  }
}
