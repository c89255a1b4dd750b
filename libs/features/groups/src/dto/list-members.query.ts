import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

export const membersListing: ListingOptions = {
  keys: { addedAt: { by: 'member.addedAt', type: 'timestamptz' } },
  unique: { by: 'member.userId', type: 'uuid' },
  defaultSort: 'addedAt',
};

export class ListMembersQuery extends ListQuery {
  @SortField(membersListing)
  override sort?: string;
}
