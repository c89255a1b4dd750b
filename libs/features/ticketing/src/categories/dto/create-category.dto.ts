import { UuidField } from '@gatehouse/validation';
import { DisabledField, NameField, QuotaField, UserQuotaField } from '../../dto/ticketing.fields.js';
import { CurrencyField, PriceCentsField, RequiredGroupIdField, SessionIdsField } from './category.fields.js';

/** What an update can change as well. */
export class CategoryFields {
  @NameField({ example: 'Regular' })
  name: string;

  @PriceCentsField()
  priceCents: number;

  @CurrencyField()
  currency: string;

  @QuotaField({ default: null })
  quota: number | null;

  @UserQuotaField({ default: null })
  userQuota: number | null;

  @DisabledField({ default: false })
  disabled: boolean;

  @RequiredGroupIdField({ default: null })
  requiredGroupId: string | null;

  @SessionIdsField({ default: [] })
  sessionIds: string[];
}

export class CreateCategoryDto extends CategoryFields {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  eventId: string;
}
