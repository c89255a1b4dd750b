import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { IntegerField } from '@gatehouse/validation';

export const reviewsListing: ListingOptions = {
  keys: {
    createdAt: { by: 'review.createdAt', type: 'timestamptz' },
    rating: { by: 'review.rating', type: 'smallint' },
  },
  unique: { by: 'review.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListReviewsQuery extends ListQuery {
  @SortField(reviewsListing)
  override sort?: string;

  @IntegerField({ min: 1, max: 5, optional: true, description: 'Only reviews with this rating.', example: 5 })
  rating?: number;
}
