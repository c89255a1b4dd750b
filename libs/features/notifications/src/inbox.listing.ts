import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { Principal } from '@gatehouse/http';
import { CursorPageOf, Listings, PageOf } from '@gatehouse/listing';
import { InboxItemDto, inboxListing, type ListInboxQuery } from './inbox.dto.js';
import { InboxItem } from './inbox-item.entity.js';
import { Notification } from './notification.entity.js';

@Injectable()
export class InboxListing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly listings: Listings,
  ) {}

  async list(
    query: ListInboxQuery,
    { id: userId }: Principal,
  ): Promise<PageOf<InboxItemDto> | CursorPageOf<InboxItemDto>> {
    const { isRead } = query;
    const rows = this.dataSource.manager
      .createQueryBuilder(InboxItem, 'item')
      .where('item.userId = :userId', { userId });
    if (isRead !== undefined) rows.andWhere(`item.readAt IS ${isRead ? 'NOT NULL' : 'NULL'}`);
    const listing = await this.listings.list(rows, query, inboxListing);
    return { ...listing, items: await this.withTexts(listing.items) };
  }

  /** The texts are stored once, however many inboxes they are in. */
  private async withTexts(items: InboxItem[]): Promise<InboxItemDto[]> {
    const ids = items.map(({ notificationId }) => notificationId);
    const notifications = await this.dataSource.manager.find(Notification, {
      select: { id: true, title: true, body: true, topicId: true },
      where: { id: In(ids) },
    });
    const byId = new Map(notifications.map((notification) => [notification.id, notification]));
    return items.flatMap(({ notificationId, readAt, createdAt }) => {
      const notification = byId.get(notificationId);
      if (!notification) return [];
      const { id, title, body, topicId } = notification;
      return [{ id, title, body, topicId, readAt, createdAt }];
    });
  }
}
