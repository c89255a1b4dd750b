import {
  DateTimeField,
  EnumField,
  IntegerField,
  NestedField,
  StringField,
  UuidField,
} from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { type TicketStatus, ticketStatuses } from '../entities/ticket.entity.js';

export class TicketDto {
  @UuidField()
  id: string;

  @UuidField({ nullable: true, description: 'Owner of the ticket. `null`: the user was deleted.' })
  userId: string | null;

  @UuidField()
  eventId: string;

  @UuidField()
  sessionId: string;

  @UuidField()
  categoryId: string;

  @IntegerField({
    description: 'Price at the time of purchase, in minor units of the currency.',
    example: 1500,
  })
  priceCents: number;

  @StringField({ description: 'ISO 4217.', example: 'EUR' })
  currency: string;

  @EnumField(ticketStatuses, { enumName: 'TicketStatus' })
  status: TicketStatus;

  @DateTimeField({
    nullable: true,
    description: 'Time until which a pending ticket is held. `null`: it was free.',
    example: '2026-07-01T12:15:00.000Z',
  })
  expiresAt: Date | null;

  @IntegerField({ description: '1 once it has been scanned.', example: 0 })
  scanCount: number;

  @DateTimeField({ nullable: true, example: '2026-08-01T17:45:00.000Z' })
  scannedAt: Date | null;

  @UuidField({ nullable: true, description: 'User who scanned it.' })
  scannedBy: string | null;

  @DateTimeField()
  createdAt: Date;
}

class TicketCheckoutDto {
  @StringField({
    format: 'uri',
    description: 'Where to pay, while the ticket is unpaid.',
    example: 'https://shop.example/checkout/1',
  })
  url: string;
}

/** A ticket in the response to its purchase. */
export class BoughtTicketDto extends TicketDto {
  @NestedField(() => TicketCheckoutDto, { optional: true })
  checkout?: TicketCheckoutDto;
}

export class CreateTicketDto {
  @UuidField()
  categoryId: string;

  @UuidField()
  sessionId: string;

  @UuidField({
    optional: true,
    description: 'Owner of the ticket. Default: the caller. Only managers of the event may buy for others.',
  })
  userId?: string;
}

export class TicketSecretDto {
  @UuidField()
  ticketId: string;

  @StringField({ example: 'q6rG0oVtTzvJmD5Rk8xZQ4m2l7w9yB1cE3sN5uF8aHk' })
  secret: string;
}

export class ScanTicketDto {
  @StringField({ min: 1, max: 100, example: 'q6rG0oVtTzvJmD5Rk8xZQ4m2l7w9yB1cE3sN5uF8aHk' })
  secret: string;
}

export const ticketsListing: ListingOptions = {
  keys: { createdAt: { by: 'ticket.createdAt', type: 'timestamptz' } },
  unique: { by: 'ticket.id', type: 'uuid' },
  defaultSort: '-createdAt',
};

export class ListTicketsQuery extends ListQuery {
  @SortField(ticketsListing)
  override sort?: string;

  @EnumField(ticketStatuses, { enumName: 'TicketStatus', optional: true, description: 'Only these.' })
  status?: TicketStatus;
}
