import { ApiProperty } from '@nestjs/swagger';
import { DateTimeField, StringField, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

/** A security event as clients see it. */
export class AuditEventDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ max: 100, description: 'What happened', example: 'auth.login-failed' })
  action: string;

  @UuidField({ nullable: true, description: 'User who caused the event; null for an anonymous caller' })
  actorId: string | null;

  @StringField({ max: 200, nullable: true, description: 'Id or name of the affected object' })
  subjectId: string | null;

  @StringField({ max: 45, nullable: true, description: 'Address of the client', example: '203.0.113.7' })
  address: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Additional details of the event' })
  details: Record<string, unknown>;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}

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
    description: 'Kind of event',
    example: 'auth.login-failed',
  })
  action?: string;

  @UuidField({ optional: true, description: 'User who caused the event' })
  actorId?: string;

  @StringField({
    min: 1,
    max: 200,
    optional: true,
    description: 'Id or name of the affected object',
    example: 'books.write',
  })
  subjectId?: string;

  @DateTimeField({ optional: true, description: 'Earliest time, inclusive' })
  from?: Date;

  @DateTimeField({ optional: true, description: 'Latest time, exclusive' })
  to?: Date;
}
