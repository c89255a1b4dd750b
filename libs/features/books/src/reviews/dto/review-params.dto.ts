import { UuidField } from '@gatehouse/validation';
import { BookParams } from '../../dto/book-params.dto.js';

export class ReviewParams extends BookParams {
  @UuidField()
  reviewId: string;
}
