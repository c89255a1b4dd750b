import type { IncomingHttpHeaders } from 'node:http';
import type { CheckoutEntity } from '../checkout.entity.js';
import { InvalidWebhookProblem } from '../provider/invalid-webhook.problem.js';
import {
  type PaymentEvent,
  PaymentProvider,
  type ProviderSession,
  type RefundRequest,
  type ReturnPages,
} from '../provider/payment-provider.js';
import { isSignedWebhook } from '../provider/webhook-signature.js';
import { type StripeClient, StripeError } from './stripe-client.js';
import { readStripeEvent } from './stripe-event.js';

/** Stripe lets a session end between 30 minutes and 24 hours after it is made; a minute is for the way. */
const LEAST_LIFE_MS = 31 * 60_000;
const MOST_LIFE_MS = 24 * 3_600_000 - 60_000;

/** Stripe's Checkout: a hosted page for each checkout (https://docs.stripe.com/api/checkout/sessions). */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';

  /** @param webhookSecret of the endpoint, `whsec_…` */
  constructor(
    private readonly client: StripeClient,
    private readonly webhookSecret: string,
  ) {
    super();
  }

  async openSession(checkout: CheckoutEntity, pages: ReturnPages): Promise<ProviderSession> {
    const { id, amountCents, currency, description, providerRef } = checkout;
    const expiry = expiryOf(checkout);
    const session = await this.client.post(
      'checkout/sessions',
      {
        mode: 'payment',
        client_reference_id: id,
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': currency.toLowerCase(),
        'line_items[0][price_data][unit_amount]': String(amountCents),
        'line_items[0][price_data][product_data][name]': description,
        'payment_intent_data[metadata][checkout_id]': id,
        success_url: pages.paid,
        cancel_url: pages.cancelled,
        ...(expiry && { expires_at: expiry }),
      },
      ['checkout', id, providerRef, expiry].filter(Boolean).join('-'),
    );
    return {
      ref: String(session['id']),
      url: String(session['url']),
      expiresAt: new Date(Number(session['expires_at']) * 1000),
    };
  }

  readEvent(body: Buffer, headers: IncomingHttpHeaders): PaymentEvent | undefined {
    if (!isSignedWebhook(headers['stripe-signature'], body, this.webhookSecret))
      throw InvalidWebhookProblem.signature();
    return readStripeEvent(body);
  }

  async refund({ id, paymentId, amountCents }: RefundRequest): Promise<string> {
    const form = {
      payment_intent: paymentId,
      amount: String(amountCents),
      'metadata[refund_id]': id,
    };
    try {
      const refund = await this.client.post('refunds', form, `refund-${id}`);
      const status = String(refund['status']);
      if (status === 'failed' || status === 'canceled') throw new Error(`The refund is ${status} at Stripe`);
      return String(refund['id']);
    } catch (error) {
      // By an attempt whose answer was lost more than a day ago, or by hand: the payer has the money.
      if (error instanceof StripeError && error.code === 'charge_already_refunded') return 'already refunded';
      throw error;
    }
  }
}

/** Unix seconds at which the session is to end with the checkout, where Stripe takes that. */
function expiryOf({ expiresAt }: CheckoutEntity): string | undefined {
  const life = expiresAt.getTime() - Date.now();
  if (life < LEAST_LIFE_MS || life > MOST_LIFE_MS) return undefined;
  return String(Math.floor(expiresAt.getTime() / 1000));
}
