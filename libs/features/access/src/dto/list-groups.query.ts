import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { StringField } from '@gatehouse/validation';

export class ListGroupsQuery extends ListQuery {
  @ApiProperty({ description: '`name` or `createdAt`, `-` for descending. Default `name`.', example: 'name' })
  override sort?: string;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the name, in any case.',
  })
  q?: string;
}
