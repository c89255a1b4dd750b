import { Controller, Get, Query } from '@nestjs/common';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { CursorPage, Page } from '@gatehouse/listing';
import { ListPaymentsQuery, PaymentDto } from './payment.dto.js';
import { PaymentsListing } from './payments.listing.js';

@Controller({ path: 'payments', version: '1' })
export class PaymentsController {
  constructor(private readonly listing: PaymentsListing) {}

  @Endpoint({
    summary: 'List payments and their refunds, newest first',
    permissions: 'payments.read',
    response: OneOf(Page(PaymentDto), CursorPage(PaymentDto)),
  })
  @Get()
  list(@Query() query: ListPaymentsQuery) {
    return this.listing.list(query);
  }
}
