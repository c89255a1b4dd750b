import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { BooleanField, DateTimeField, IntegerField, StringField, UuidField } from '@gatehouse/validation';
import { BookParams } from '../book.dto.js';

export class ReviewParams extends BookParams {
  @UuidField({ description: 'Id of the review' })
  reviewId: string;
}

export class ReviewDto {
  @UuidField()
  id: string;

  @IntegerField({ example: 17 })
  bookId: number;

  @UuidField()
  userId: string;

  @StringField({ description: 'Current name of the author of the review.', example: 'demo' })
  username: string;

  @IntegerField({ min: 1, max: 5, example: 5 })
  rating: number;

  @StringField({ example: 'I could not put it down.' })
  text: string;

  @BooleanField({ description: 'Whether a moderator has hidden it from the public list.', example: false })
  hidden: boolean;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-01-31T12:00:00.000Z' })
  updatedAt: Date;
}

export class CreateReviewDto {
  @IntegerField({ min: 1, max: 5, example: 5 })
  rating: number;

  @StringField({ max: 2000, example: 'I could not put it down.' })
  text: string;
}

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

export class ModerateReviewDto {
  @BooleanField({ default: true, description: '`false` shows the review again.' })
  hidden: boolean;
}
