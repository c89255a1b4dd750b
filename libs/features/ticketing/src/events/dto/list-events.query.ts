import { ApiProperty } from '@nestjs/swagger';
import { ListQuery } from '@gatehouse/listing';
import { UuidField } from '@gatehouse/validation';

export class ListEventsQuery extends ListQuery {
  @ApiProperty({
    description: '`openDate`, `name` or `createdAt`, `-` for descending. Default `openDate`.',
    example: 'openDate',
  })
  override sort?: string;

  @UuidField({ optional: true, description: 'Only events of this organiser.' })
  organiserId?: string;
}
