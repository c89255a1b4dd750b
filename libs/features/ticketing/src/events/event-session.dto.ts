import { DateTimeField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { DisabledField, NameField, QuotaField, UsedQuotaField, UserQuotaField } from '../ticketing.dto.js';

export class EventSessionDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  eventId: string;

  @NameField({ example: 'Saturday' })
  name: string;

  @DateTimeField({ example: '2026-08-01T18:00:00.000Z' })
  date: Date;

  @QuotaField()
  quota: number | null;

  @UserQuotaField()
  userQuota: number | null;

  @UsedQuotaField()
  usedQuota: number;

  @DisabledField()
  disabled: boolean;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}

/** Fields that an update can change. */
class EventSessionFields {
  @NameField({ example: 'Saturday' })
  name: string;

  @DateTimeField({ example: '2026-08-01T18:00:00.000Z' })
  date: Date;

  @QuotaField({ default: null })
  quota: number | null;

  @UserQuotaField({ default: null })
  userQuota: number | null;

  @DisabledField({ default: false })
  disabled: boolean;
}

export class CreateEventSessionDto extends EventSessionFields {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  eventId: string;
}

/** Absent fields keep their value; a quota of `null` is unlimited. */
export class UpdateEventSessionDto extends PatchType(EventSessionFields) {}

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
