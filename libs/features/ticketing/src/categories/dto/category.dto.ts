import { DateTimeField, UuidField } from '@gatehouse/validation';
import {
  DisabledField,
  NameField,
  QuotaField,
  UsedQuotaField,
  UserQuotaField,
} from '../../dto/ticketing.fields.js';
import { CurrencyField, PriceCentsField, RequiredGroupIdField, SessionIdsField } from './category.fields.js';

export class TicketCategoryDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  eventId: string;

  @NameField({ example: 'Regular' })
  name: string;

  @PriceCentsField()
  priceCents: number;

  @CurrencyField()
  currency: string;

  @QuotaField()
  quota: number | null;

  @UserQuotaField()
  userQuota: number | null;

  @UsedQuotaField()
  usedQuota: number;

  @DisabledField()
  disabled: boolean;

  @RequiredGroupIdField()
  requiredGroupId: string | null;

  @SessionIdsField()
  sessionIds: string[];

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;
}
