import { DateTimeField, UuidField } from '@gatehouse/validation';
import {
  DisabledField,
  NameField,
  QuotaField,
  UsedQuotaField,
  UserQuotaField,
} from '../../dto/ticketing.fields.js';

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
