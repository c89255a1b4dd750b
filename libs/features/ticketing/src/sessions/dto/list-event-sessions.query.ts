import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

export const eventSessionsListing: ListingOptions = {
  keys: {
    date: { by: 'session.date', type: 'timestamptz' },
    name: { by: 'session.name', type: 'text' },
    createdAt: { by: 'session.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'session.id', type: 'uuid' },
  defaultSort: 'date',
};

export class ListEventSessionsQuery extends ListQuery {
  @SortField(eventSessionsListing)
  override sort?: string;
}
