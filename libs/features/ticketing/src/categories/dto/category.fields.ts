import { applyDecorators } from '@nestjs/common';
import { IsISO4217CurrencyCode } from 'class-validator';
import {
  ArrayField,
  type FieldOptions,
  IntegerField,
  items,
  StringField,
  UuidField,
} from '@gatehouse/validation';

/** Far more than an event has. */
const MAX_SESSIONS = 500;
const MAX_PRICE = 2_147_483_647;

const MINOR_UNITS = 'In minor units of the currency: 1500 is 15.00 EUR, 1500 JPY or 1.500 KWD. 0: free.';

export function PriceCentsField(): PropertyDecorator {
  return IntegerField({ min: 0, max: MAX_PRICE, description: MINOR_UNITS, example: 1500 });
}

/** A currency of ISO 4217, in capitals. */
export function CurrencyField(): PropertyDecorator {
  return applyDecorators(
    StringField({ pattern: /^[A-Z]{3}$/, description: 'ISO 4217.', example: 'EUR' }),
    IsISO4217CurrencyCode({ message: '$property must be a currency code of ISO 4217' }),
  );
}

export function RequiredGroupIdField(options: FieldOptions = {}): PropertyDecorator {
  return UuidField({
    nullable: true,
    description: 'Group whose members alone may buy. `null`: everybody may.',
    example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081',
    ...options,
  });
}

export function SessionIdsField(options: FieldOptions = {}): PropertyDecorator {
  return ArrayField(items.uuid(), {
    maxItems: MAX_SESSIONS,
    unique: true,
    description: 'Sessions that it is sold for. Empty: all of the event.',
    example: ['019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081'],
    ...options,
  });
}
