import { BooleanField, DateTimeField, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { BodyField, TitleField } from './notification.dto.js';

/** A notification in the caller's inbox. */
export class InboxItemDto {
  @UuidField({ description: 'Id of the notification', example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7080' })
  id: string;

  @TitleField()
  title: string;

  @BodyField()
  body: string;

  @UuidField({
    nullable: true,
    description: '`null` when it was sent to a group or to the user.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
  })
  topicId: string | null;

  @DateTimeField({
    nullable: true,
    description: '`null` when it is unread.',
    example: '2026-07-01T12:30:00.000Z',
  })
  readAt: Date | null;

  @DateTimeField({ description: 'When it was delivered.', example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}

export const inboxListing: ListingOptions = {
  keys: { createdAt: { by: 'item.createdAt', type: 'timestamptz' } },
  unique: { by: 'item.notificationId', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListInboxQuery extends ListQuery {
  @SortField(inboxListing)
  override sort?: string;

  @BooleanField({ optional: true, description: 'Only read, or only unread notifications.', example: false })
  isRead?: boolean;
}
