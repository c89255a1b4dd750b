import { DateTimeField, UuidField } from '@gatehouse/validation';
import { DisabledField, NameField, QuotaField, UserQuotaField } from '../../dto/ticketing.fields.js';

/** What an update can change as well. */
export class EventSessionFields {
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
