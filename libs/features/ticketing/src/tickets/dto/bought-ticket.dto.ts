import { NestedField, StringField } from '@gatehouse/validation';
import { TicketDto } from './ticket.dto.js';

export class TicketCheckoutDto {
  @StringField({
    format: 'uri',
    description: 'Where to pay, while it is to be paid.',
    example: 'https://shop.example/checkout/1',
  })
  url: string;
}

/** A ticket as the answer to its purchase. */
export class BoughtTicketDto extends TicketDto {
  @NestedField(() => TicketCheckoutDto, { optional: true })
  checkout?: TicketCheckoutDto;
}
