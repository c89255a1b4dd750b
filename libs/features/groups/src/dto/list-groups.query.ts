import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { StringField } from '@gatehouse/validation';

export const groupsListing: ListingOptions = {
  keys: {
    name: { by: 'group.name', type: 'text' },
    createdAt: { by: 'group.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'group.id', type: 'uuid' },
  defaultSort: 'name',
};

export class ListGroupsQuery extends ListQuery {
  @SortField(groupsListing)
  override sort?: string;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the name, in any case.',
    example: 'edit',
  })
  q?: string;
}
