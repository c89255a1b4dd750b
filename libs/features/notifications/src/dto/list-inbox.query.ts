import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { BooleanField } from '@gatehouse/validation';

export class ListInboxQuery extends ListQuery {
  @ApiProperty({
    description: '`createdAt`, `-` for descending. Default `-createdAt`.',
    example: '-createdAt',
  })
  override sort?: string;

  @BooleanField({ optional: true, description: 'Only those that are read, or that are not.', example: false })
  isRead?: boolean;
}
