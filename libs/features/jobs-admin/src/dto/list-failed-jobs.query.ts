import { ListQuery } from '@gatehouse/listing';
import { StringField } from '@gatehouse/validation';

export class ListFailedJobsQuery extends ListQuery {
  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'What is done',
    example: 'ticketing.expire-ticket',
  })
  name?: string;
}
