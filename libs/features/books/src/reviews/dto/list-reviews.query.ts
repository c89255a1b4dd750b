import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { IntegerField } from '@gatehouse/validation';

export class ListReviewsQuery extends ListQuery {
  @ApiProperty({
    description: '`createdAt` or `rating`, `-` for descending. Default `-createdAt`.',
    example: '-rating',
  })
  override sort?: string;

  @IntegerField({ min: 1, max: 5, optional: true, description: 'Only reviews with this rating.' })
  rating?: number;
}
