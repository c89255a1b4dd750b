import { DateTimeField, UuidField } from '@gatehouse/validation';
import { DisabledField, NameField, QuotaField, UserQuotaField } from '../../dto/ticketing.fields.js';

/** What an update can change as well. */
export class EventFields {
  @NameField({ description: 'Unique for the organiser, whatever its case.' })
  name: string;

  @DateTimeField({ description: 'From when on tickets are sold.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    default: null,
    description: 'Until when tickets are sold. `null`: no end.',
    example: '2026-08-31T12:00:00.000Z',
  })
  closeDate: Date | null;

  @QuotaField({ default: null })
  quota: number | null;

  @UserQuotaField({ default: null })
  userQuota: number | null;

  @DisabledField({ default: false })
  disabled: boolean;
}

export class CreateEventDto extends EventFields {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  organiserId: string;
}
