import { applyDecorators } from '@nestjs/common';
import { IsISO4217CurrencyCode } from 'class-validator';
import {
  ArrayField,
  BooleanField,
  DateTimeField,
  type FieldOptions,
  IntegerField,
  items,
  PatchType,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { DisabledField, NameField, QuotaField, UsedQuotaField, UserQuotaField } from '../ticketing.dto.js';

/** Far more than any event has. */
const MAX_SESSIONS = 500;
const MAX_PRICE = 2_147_483_647;

const MINOR_UNITS = 'In minor units of the currency: 1500 is 15.00 EUR, 1500 JPY or 1.500 KWD. 0: free.';

function PriceCentsField(): PropertyDecorator {
  return IntegerField({ min: 0, max: MAX_PRICE, description: MINOR_UNITS, example: 1500 });
}

/** An ISO 4217 currency code in upper case. */
function CurrencyField(): PropertyDecorator {
  return applyDecorators(
    StringField({ pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'EUR' }),
    IsISO4217CurrencyCode({ message: '$property must be a currency code of ISO 4217' }),
  );
}

function RequiredGroupIdField(options: FieldOptions = {}): PropertyDecorator {
  return UuidField({
    nullable: true,
    description: 'Group whose members may buy. `null`: open to all.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
    ...options,
  });
}

function SessionIdsField(options: FieldOptions = {}): PropertyDecorator {
  return ArrayField(items.uuid(), {
    maxItems: MAX_SESSIONS,
    unique: true,
    description: 'Sessions for which it is sold. Empty: all sessions of the event.',
    example: ['019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081'],
    ...options,
  });
}

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

/** Fields that an update can change. */
class CategoryFields {
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

/** Absent fields keep their value. Sold tickets keep their price. */
export class UpdateCategoryDto extends PatchType(CategoryFields) {}

export const categoriesListing: ListingOptions = {
  keys: {
    createdAt: { by: 'category.createdAt', type: 'timestamptz' },
    name: { by: 'category.name', type: 'text' },
    priceCents: { by: 'category.priceCents', type: 'integer' },
  },
  unique: { by: 'category.id', type: 'uuid' },
  defaultSort: 'createdAt',
};

export class ListCategoriesQuery extends ListQuery {
  @SortField(categoriesListing)
  override sort?: string;

  @BooleanField({
    default: false,
    description: 'Whether to include categories whose group the caller is not in.',
    example: true,
  })
  displayAll: boolean;
}
