import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { type ClientInfo, found } from '@gatehouse/http';
import { withoutExpired } from '../counters.js';
import { EventSession } from '../entities/event-session.entity.js';
import { TicketedEvent } from '../entities/event.entity.js';
import type { LimitedEntity } from '../entities/limited.entity.js';
import { TicketCategory } from '../entities/ticket-category.entity.js';
import type { QuotaDto } from '../ticketing.dto.js';
import { AvailabilityFeed } from './availability-feed.js';

@Injectable()
export class AvailabilityService {
  constructor(
    @InjectRepository(TicketedEvent) private readonly events: Repository<TicketedEvent>,
    @InjectRepository(EventSession) private readonly sessions: Repository<EventSession>,
    @InjectRepository(TicketCategory) private readonly categories: Repository<TicketCategory>,
    private readonly feed: AvailabilityFeed,
  ) {}

  async ofEvent(id: string): Promise<QuotaDto> {
    return this.quotaOf('event_id', found(await this.events.findOneBy({ id }), 'Event'));
  }

  async ofSession(id: string): Promise<QuotaDto> {
    return this.quotaOf('session_id', found(await this.sessions.findOneBy({ id }), 'Session'));
  }

  async ofCategory(id: string): Promise<QuotaDto> {
    return this.quotaOf('category_id', found(await this.categories.findOneBy({ id }), 'Category'));
  }

  /** @param method HEAD gets only the headers of the stream */
  async watch(eventId: string, method: string, { address }: ClientInfo): Promise<Readable> {
    if (method !== 'HEAD') return this.feed.watch(eventId, address);
    await this.ofEvent(eventId);
    return Readable.from([]);
  }

  private async quotaOf(
    reference: Parameters<typeof withoutExpired>[0],
    row: LimitedEntity,
  ): Promise<QuotaDto> {
    const [now] = await withoutExpired(reference, [row], this.events.manager);
    const { quota, usedQuota: used } = now!;
    return { quota, used, remaining: quota === null ? null : quota - used };
  }
}
