import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Any, In, type Repository } from 'typeorm';
import { NotFoundProblem, type Principal } from '@gatehouse/http';
import { type CursorPageOf, Listings, type PageOf } from '@gatehouse/listing';
import { InboxItemDto, inboxListing, type ListInboxQuery } from './notification.dto.js';
import { InboxItem, Notification } from './notification.entity.js';

@Injectable()
export class InboxService {
  constructor(
    @InjectRepository(InboxItem) private readonly items: Repository<InboxItem>,
    @InjectRepository(Notification) private readonly notifications: Repository<Notification>,
    private readonly listings: Listings,
  ) {}

  async list(
    query: ListInboxQuery,
    { id: userId }: Principal,
  ): Promise<PageOf<InboxItemDto> | CursorPageOf<InboxItemDto>> {
    const { isRead } = query;
    const rows = this.items.createQueryBuilder('item').where('item.userId = :userId', { userId });
    if (isRead !== undefined) rows.andWhere(`item.readAt IS ${isRead ? 'NOT NULL' : 'NULL'}`);
    const page = await this.listings.list(rows, query, inboxListing);
    return { ...page, items: await this.withTexts(page.items) };
  }

  /** What a notification is in the inboxes of some users. */
  async itemsOf(
    notificationId: string,
    userIds: readonly string[],
  ): Promise<{ userId: string; item: InboxItemDto }[]> {
    const items = await this.items.findBy({ notificationId, userId: Any(userIds) });
    const dtos = await this.withTexts(items);
    return dtos.map((item, i) => ({ userId: items[i]!.userId, item }));
  }

  /** Keeps the time at which it was first read. */
  async read(id: string, caller: Principal): Promise<void> {
    const { affected } = await this.items.update(
      { notificationId: id, userId: caller.id },
      { readAt: () => 'coalesce(read_at, now())' },
    );
    if (!affected) throw new NotFoundProblem(`Notification ${id} not found`);
  }

  /** The texts are stored once, however many inboxes they are in. */
  private async withTexts(items: InboxItem[]): Promise<InboxItemDto[]> {
    const ids = items.map(({ notificationId }) => notificationId);
    const notifications = await this.notifications.findBy({ id: In(ids) });
    const byId = new Map(notifications.map((notification) => [notification.id, notification]));
    return items.flatMap(({ notificationId, readAt, createdAt }) => {
      const notification = byId.get(notificationId);
      if (!notification) return [];
      const { id, title, body, topicId } = notification;
      return [{ id, title, body, topicId, readAt, createdAt }];
    });
  }
}
