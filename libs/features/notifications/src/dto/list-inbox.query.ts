import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { BooleanField } from '@gatehouse/validation';

export const inboxListing: ListingOptions = {
  keys: { createdAt: { by: 'item.createdAt', type: 'timestamptz' } },
  unique: { by: 'item.notificationId', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListInboxQuery extends ListQuery {
  @SortField(inboxListing)
  override sort?: string;

  @BooleanField({ optional: true, description: 'Only those that are read, or that are not.', example: false })
  isRead?: boolean;
}
