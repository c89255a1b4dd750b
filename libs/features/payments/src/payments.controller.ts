import { Readable } from 'node:stream';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Endpoint, OneOf } from '@gatehouse/gate';
import { CursorPage, Page } from '@gatehouse/listing';
import { Public } from '@gatehouse/permissions';
import { minutes } from '@gatehouse/throttle';
import { ListPaymentsQuery, PaymentDto, ReceivedDto } from './payment.dto.js';
import { PaymentReceiver } from './payment-receiver.js';
import { PaymentsService } from './payments.service.js';

@Controller({ path: 'payments', version: '1' })
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Endpoint({
    summary: 'List payments and their refunds, newest first',
    permissions: 'payments.read',
    response: OneOf(Page(PaymentDto), CursorPage(PaymentDto)),
  })
  @Get()
  list(@Query() query: ListPaymentsQuery) {
    return this.payments.list(query);
  }
}

const EVENT =
  '{"type":"payment.succeeded","data":{"paymentId":"pay_1","checkoutId":"019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081",' +
  '"amountCents":2500,"currency":"EUR"}}';

@Controller({ path: 'payments', version: '1' })
export class WebhookController {
  constructor(private readonly receiver: PaymentReceiver) {}

  @Endpoint({
    summary: 'Receive a payment event from the payment provider',
    description:
      'Accepts a signed event of the provider, at most 64 KB. For the sandbox, the signature is the header ' +
      '`Gatehouse-Signature: t=<Unix seconds>,v1=<hex>`, HMAC-SHA256 with `PAYMENT_WEBHOOK_SECRET` over `<t>.<body>`, ' +
      'and a body `{"type": "payment.succeeded", "data": {"paymentId", "checkoutId", "amountCents", "currency"}}` ' +
      '(or `payment.declined`). A signature that is wrong or more than 5 minutes off is 400. A payment that was ' +
      'reported before, or whose checkout is unknown here, is 200 and has no effect. An event that is answered with ' +
      '5xx has had no effect, and must be sent again.',
    permissions: Public,
    throttle: { limit: 900, ttl: minutes(1) },
    input: { body: { stream: ['application/json'], examples: { 'application/json': EVENT } } },
    response: ReceivedDto,
    status: 200,
    errors: [400, 413, 415],
  })
  @Post('webhook')
  async receive(@Body() body: Readable, @Req() { headers }: FastifyRequest): Promise<ReceivedDto> {
    await this.receiver.hear(body, headers);
    return { received: true };
  }
}
