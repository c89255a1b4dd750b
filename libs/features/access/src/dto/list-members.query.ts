import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';

export class ListMembersQuery extends ListQuery {
  @ApiProperty({ description: '`addedAt`, or `-addedAt` for the newest first.', example: 'addedAt' })
  override sort?: string;
}
