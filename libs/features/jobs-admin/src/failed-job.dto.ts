import { ApiProperty } from '@nestjs/swagger';
import { DateTimeField, IntegerField, StringField, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

export class FailedJobParams {
  @UuidField({ description: 'Id of the job' })
  id: string;
}

/** A failed job as clients see it. */
export class FailedJobDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ description: 'Name of the job', example: 'ticketing.expire-ticket' })
  name: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Payload of the job' })
  payload: object;

  @StringField({ description: 'Why the last attempt failed', example: 'connect ECONNREFUSED 127.0.0.1:25' })
  error: string;

  @IntegerField({ min: 1, description: 'Number of attempts', example: 6 })
  attempts: number;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  failedAt: Date;
}

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
    description: 'Name of the job',
    example: 'ticketing.expire-ticket',
  })
  name?: string;
}
