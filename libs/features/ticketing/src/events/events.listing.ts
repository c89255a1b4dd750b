import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CursorPageOf, ListingOptions, Listings, PageOf } from '@gatehouse/listing';
import { ListEventsQuery } from './dto/list-events.query.js';
import { TicketedEvent } from './event.entity.js';

const options: ListingOptions = {
  keys: {
    openDate: { by: 'event.openDate', type: 'timestamptz' },
    name: { by: 'event.name', type: 'text' },
    createdAt: { by: 'event.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'event.id', type: 'uuid' },
  defaultSort: 'openDate',
};

@Injectable()
export class EventsListing {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  list(query: ListEventsQuery): Promise<PageOf<TicketedEvent> | CursorPageOf<TicketedEvent>> {
    const { organiserId } = query;
    const rows = this.dataSource.manager.createQueryBuilder(TicketedEvent, 'event');
    if (organiserId !== undefined) rows.andWhere('event.organiserId = :organiserId', { organiserId });
    return this.listings.list(rows, query, options);
  }
}
