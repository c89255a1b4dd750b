import type { IncomingHttpHeaders } from 'node:http';
import Stripe from 'stripe';
import type { Checkout } from '../checkout.entity.js';
import {
  InvalidWebhookProblem,
  type PaymentEvent,
  PaymentProvider,
  type ProviderSession,
  type RefundRequest,
  type ReturnPages,
} from '../provider/payment-provider.js';
import { fromStripe, isChargeable, toStripe } from './stripe-amount.js';

/** A session of Stripe must end between 30 minutes and 24 hours after its creation; one minute is for transport. */
const LEAST_LIFE_MS = 31 * 60_000;
const MOST_LIFE_MS = 24 * 3_600_000 - 60_000;

/** Timeout of a response in milliseconds: even with one retry far below the timeout of a refund job. */
const TIMEOUT_MS = 10_000;

/** Stripe Checkout: a hosted page for each checkout (https://docs.stripe.com/api/checkout/sessions). */
export class StripeProvider extends PaymentProvider {
  readonly name = 'stripe';
  private readonly stripe: Stripe;

  /**
   * @param apiKey secret or restricted key
   * @param apiUrl `https://api.stripe.com`, or a server that replaces it
   * @param webhookSecret secret of the endpoint, `whsec_…`
   */
  constructor(
    apiKey: string,
    apiUrl: string,
    private readonly webhookSecret: string,
  ) {
    super();
    const { protocol, hostname, port } = new URL(apiUrl);
    this.stripe = new Stripe(apiKey, {
      protocol: protocol === 'http:' ? 'http' : 'https',
      host: hostname,
      port: port || (protocol === 'http:' ? 80 : 443),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
    });
  }

  override canCharge(amountCents: number, currency: string): boolean {
    return isChargeable(amountCents, currency);
  }

  async openSession(checkout: Checkout, pages: ReturnPages): Promise<ProviderSession> {
    const { id, amountCents, currency, description, providerRef } = checkout;
    const expiry = expiryOf(checkout);
    const session = await this.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: id,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: currency.toLowerCase(),
              unit_amount: toStripe(amountCents, currency),
              product_data: { name: description },
            },
          },
        ],
        payment_intent_data: { metadata: { checkout_id: id } },
        success_url: pages.paid,
        cancel_url: pages.cancelled,
        expires_at: expiry,
      },
      { idempotencyKey: ['checkout', id, providerRef, expiry].filter(Boolean).join('-') },
    );
    return { ref: session.id, url: session.url!, expiresAt: new Date(session.expires_at * 1000) };
  }

  readEvent(body: Buffer, headers: IncomingHttpHeaders): PaymentEvent | undefined {
    const signature = headers['stripe-signature'] ?? '';
    let event: Stripe.Event;
    try {
      event = this.stripe.webhooks.constructEvent(body, signature, this.webhookSecret);
    } catch {
      throw InvalidWebhookProblem.signature();
    }
    return readStripeEvent(event);
  }

  async refund({ id, paymentId, amountCents, currency }: RefundRequest): Promise<string> {
    try {
      const refund = await this.stripe.refunds.create(
        {
          payment_intent: paymentId,
          amount: toStripe(amountCents, currency),
          metadata: { refund_id: id },
        },
        { idempotencyKey: `refund-${id}` },
      );
      const { status } = refund;
      if (status === 'failed' || status === 'canceled') throw new Error(`The refund is ${status} at Stripe`);
      return refund.id;
    } catch (error) {
      // Refunded manually, or by an attempt more than a day ago whose response was lost: the payer has the money.
      if (error instanceof Stripe.errors.StripeError && error.code === 'charge_already_refunded')
        return 'already refunded';
      throw error;
    }
  }
}

/** Unix seconds at which the session expires with the checkout, if Stripe accepts that time. */
function expiryOf({ expiresAt }: Checkout): number | undefined {
  const life = expiresAt.getTime() - Date.now();
  if (life < LEAST_LIFE_MS || life > MOST_LIFE_MS) return undefined;
  return Math.floor(expiresAt.getTime() / 1000);
}

/**
 * What an event of Stripe says of a payment, by https://docs.stripe.com/api/events/types.
 * @returns `undefined` for events that move no money: a session that expired, one of another application with the
 * same account, or one that was completed with a method that pays later, of which `async_payment_succeeded` or
 * `async_payment_failed` will tell
 */
function readStripeEvent(event: Stripe.Event): PaymentEvent | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      if (session.payment_status !== 'paid') return undefined;
      return paymentOf(event.id, session, 'paid', session.payment_intent as string);
    }
    case 'checkout.session.async_payment_failed':
      // Identified by the event, since a payment may fail first and succeed later under its own id.
      return paymentOf(event.id, event.data.object, 'declined', event.id);
    default:
      return undefined;
  }
}

function paymentOf(
  eventId: string,
  session: Stripe.Checkout.Session,
  kind: PaymentEvent['kind'],
  paymentId: string,
): PaymentEvent | undefined {
  if (session.client_reference_id === null) return undefined;
  const currency = String(session.currency).toUpperCase();
  return {
    kind,
    paymentId,
    checkoutId: session.client_reference_id,
    amountCents: fromStripe(session.amount_total, currency),
    currency,
    details: { event: eventId, session: session.id },
  };
}
