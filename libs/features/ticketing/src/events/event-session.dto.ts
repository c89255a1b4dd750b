import { IntersectionType, OmitType } from '@nestjs/swagger';
import { DateTimeField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { LimitsDto, NameField, NewLimitsDto, UsedQuotaField } from '../ticketing.dto.js';

class EventSessionFields {
  @UuidField()
  eventId: string;

  @NameField({ example: 'Saturday' })
  name: string;

  @DateTimeField({ example: '2026-08-01T18:00:00.000Z' })
  date: Date;
}

export class EventSessionDto extends IntersectionType(EventSessionFields, LimitsDto) {
  @UuidField()
  id: string;

  @UsedQuotaField()
  usedQuota: number;

  @DateTimeField()
  createdAt: Date;
}

export class CreateEventSessionDto extends IntersectionType(EventSessionFields, NewLimitsDto) {}

/** Absent fields keep their value; a quota of `null` is unlimited. */
export class UpdateEventSessionDto extends PatchType(OmitType(CreateEventSessionDto, ['eventId'])) {}

export const eventSessionsListing: ListingOptions = {
  keys: {
    date: { by: 'session.date', type: 'timestamptz' },
    name: { by: 'session.name', type: 'text' },
    createdAt: { by: 'session.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'session.id', type: 'uuid' },
  defaultSort: 'date',
};

export class ListEventSessionsQuery extends ListQuery {
  @SortField(eventSessionsListing)
  override sort?: string;
}
