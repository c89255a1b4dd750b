import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { UuidField } from '@gatehouse/validation';

export const eventsListing: ListingOptions = {
  keys: {
    openDate: { by: 'event.openDate', type: 'timestamptz' },
    name: { by: 'event.name', type: 'text' },
    createdAt: { by: 'event.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'event.id', type: 'uuid' },
  defaultSort: 'openDate',
};

export class ListEventsQuery extends ListQuery {
  @SortField(eventsListing)
  override sort?: string;

  @UuidField({ optional: true, description: 'Only events of this organiser.' })
  organiserId?: string;
}
