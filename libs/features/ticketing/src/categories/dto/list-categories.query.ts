import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { BooleanField } from '@gatehouse/validation';

export const categoriesListing: ListingOptions = {
  keys: {
    createdAt: { by: 'category.createdAt', type: 'timestamptz' },
    name: { by: 'category.name', type: 'text' },
    priceCents: { by: 'category.priceCents', type: 'integer' },
  },
  unique: { by: 'category.id', type: 'uuid' },
  defaultSort: 'createdAt',
};

export class ListCategoriesQuery extends ListQuery {
  @SortField(categoriesListing)
  override sort?: string;

  @BooleanField({
    default: false,
    description: 'Whether to show also those whose group the caller is not in.',
    example: true,
  })
  displayAll: boolean;
}
