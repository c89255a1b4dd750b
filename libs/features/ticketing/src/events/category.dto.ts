import { IntersectionType, OmitType } from '@nestjs/swagger';
import { IsISO4217CurrencyCode } from 'class-validator';
import {
  ArrayField,
  BooleanField,
  DateTimeField,
  IntegerField,
  items,
  PatchType,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { LimitsDto, NameField, NewLimitsDto, UsedQuotaField } from '../ticketing.dto.js';

const MAX_PRICE = 2_147_483_647;

const requiredGroupId = { nullable: true, description: 'Group whose members may buy. `null`: open to all.' };
const sessionIds = {
  /** Far more than any event has. */
  maxItems: 500,
  unique: true,
  description: 'Sessions for which it is sold. Empty: all sessions of the event.',
  example: ['019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081'],
};

class CategoryFields {
  @UuidField()
  eventId: string;

  @NameField({ example: 'Regular' })
  name: string;

  @IntegerField({
    min: 0,
    max: MAX_PRICE,
    description: 'In minor units of the currency: 1500 is 15.00 EUR, 1500 JPY or 1.500 KWD. 0: free.',
    example: 1500,
  })
  priceCents: number;

  @StringField({ pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'EUR' })
  @IsISO4217CurrencyCode({ message: '$property must be a currency code of ISO 4217' })
  currency: string;
}

export class TicketCategoryDto extends IntersectionType(CategoryFields, LimitsDto) {
  @UuidField()
  id: string;

  @UsedQuotaField()
  usedQuota: number;

  @UuidField(requiredGroupId)
  requiredGroupId: string | null;

  @ArrayField(items.uuid(), sessionIds)
  sessionIds: string[];

  @DateTimeField()
  createdAt: Date;
}

export class CreateCategoryDto extends IntersectionType(CategoryFields, NewLimitsDto) {
  @UuidField({ ...requiredGroupId, default: null })
  requiredGroupId: string | null;

  @ArrayField(items.uuid(), { ...sessionIds, default: [] })
  sessionIds: string[];
}

/** Absent fields keep their value. Sold tickets keep their price. */
export class UpdateCategoryDto extends PatchType(OmitType(CreateCategoryDto, ['eventId'])) {}

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
  })
  displayAll: boolean;
}
