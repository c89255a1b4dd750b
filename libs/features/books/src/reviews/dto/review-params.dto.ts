import { UuidField } from '@gatehouse/validation';
import { BookParams } from '../../dto/book-params.dto.js';

export class ReviewParams extends BookParams {
  @UuidField({ description: 'Id of the review' })
  reviewId: string;
}
