import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { StringField } from '@gatehouse/validation';

export const failedJobsListing: ListingOptions = {
  keys: { failedAt: { by: 'job.failedAt', type: 'timestamptz' }, name: { by: 'job.name', type: 'text' } },
  unique: { by: 'job.id', type: 'uuid' },
  defaultSort: '-failedAt',
};

export class ListFailedJobsQuery extends ListQuery {
  @SortField(failedJobsListing)
  override sort?: string;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'What is done',
    example: 'ticketing.expire-ticket',
  })
  name?: string;
}
