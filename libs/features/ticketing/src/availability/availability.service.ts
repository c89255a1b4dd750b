import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type ClientInfo, found } from '@gatehouse/http';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import { type Counters, toQuotaDto, withoutExpired } from '../counters.js';
import type { QuotaDto } from '../ticketing.dto.js';
import { TicketedEvent } from '../entities/event.entity.js';
import { EventSession } from '../entities/event-session.entity.js';
import { AvailabilityFeed } from './availability-feed.js';

@Injectable()
export class AvailabilityService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly feed: AvailabilityFeed,
  ) {}

  async ofEvent(id: string): Promise<QuotaDto> {
    const event = found(await this.dataSource.manager.findOneBy(TicketedEvent, { id }), 'Event');
    return this.quotaOf('event_id', event);
  }

  async ofSession(id: string): Promise<QuotaDto> {
    const session = found(await this.dataSource.manager.findOneBy(EventSession, { id }), 'Session');
    return this.quotaOf('session_id', session);
  }

  async ofCategory(id: string): Promise<QuotaDto> {
    const category = found(await this.dataSource.manager.findOneBy(TicketCategory, { id }), 'Category');
    return this.quotaOf('category_id', category);
  }

  /** @param method HEAD gets only the headers of the stream */
  async watch(eventId: string, method: string, { address }: ClientInfo): Promise<Readable> {
    if (method !== 'HEAD') return this.feed.watch(eventId, address);
    await this.ofEvent(eventId);
    return Readable.from([]);
  }

  private async quotaOf(
    reference: Parameters<typeof withoutExpired>[0],
    counters: Counters & { id: string },
  ): Promise<QuotaDto> {
    const [now] = await withoutExpired(reference, [counters], this.dataSource.manager);
    return toQuotaDto(now!);
  }
}
