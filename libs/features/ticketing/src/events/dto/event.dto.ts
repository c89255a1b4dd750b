import { DateTimeField, UuidField } from '@gatehouse/validation';
import { DisabledField, NameField, QuotaField, UserQuotaField } from '../../dto/ticketing.fields.js';

/** An event as it is listed. */
export class TicketedEventDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  organiserId: string;

  @NameField()
  name: string;

  @DateTimeField({ description: 'From when on tickets are sold.', example: '2026-07-01T12:00:00.000Z' })
  openDate: Date;

  @DateTimeField({
    nullable: true,
    description: 'Until when tickets are sold.',
    example: '2026-08-31T12:00:00.000Z',
  })
  closeDate: Date | null;

  @QuotaField()
  quota: number | null;

  @UserQuotaField()
  userQuota: number | null;

  @DisabledField()
  disabled: boolean;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}
