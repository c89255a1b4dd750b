import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { DateTimeField, StringField, UuidField } from '@gatehouse/validation';

export const auditListing: ListingOptions = {
  keys: { createdAt: { by: 'event.createdAt', type: 'timestamptz' } },
  unique: { by: 'event.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListAuditEventsQuery extends ListQuery {
  @SortField(auditListing)
  override sort?: string;

  @StringField({
    min: 1,
    max: 100,
    optional: true,
    description: 'What was done',
    example: 'auth.login-failed',
  })
  action?: string;

  @UuidField({ optional: true, description: 'User who did it' })
  actorId?: string;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'What it was done to',
    example: 'books.write',
  })
  subjectId?: string;

  @DateTimeField({ optional: true, description: 'From this moment on' })
  from?: Date;

  @DateTimeField({ optional: true, description: 'Before this moment' })
  to?: Date;
}
