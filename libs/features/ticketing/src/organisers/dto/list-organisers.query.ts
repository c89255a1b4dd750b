import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';

export class ListOrganisersQuery extends ListQuery {
  @ApiProperty({ description: '`name` or `createdAt`, `-` for descending. Default `name`.', example: 'name' })
  override sort?: string;
}
