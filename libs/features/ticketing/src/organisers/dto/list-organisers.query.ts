import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

export const organisersListing: ListingOptions = {
  keys: {
    name: { by: 'organiser.name', type: 'text' },
    createdAt: { by: 'organiser.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'organiser.id', type: 'uuid' },
  defaultSort: 'name',
};

export class ListOrganisersQuery extends ListQuery {
  @SortField(organisersListing)
  override sort?: string;
}
