import type Stripe from 'stripe';
import { centsIn, currencyIn, idIn } from '../provider/event-fields.js';
import { fromStripe } from './stripe-amount.js';
import type { PaymentEvent } from '../provider/payment-provider.js';

/**
 * What an event of Stripe says of a payment, by https://docs.stripe.com/api/events/types.
 *
 * @returns `undefined` for events that move no money: a session that expired, one of another application with the
 * same account, or one that was completed with a method that pays later, of which `async_payment_succeeded` or
 * `async_payment_failed` will tell
 * @throws {InvalidWebhookProblem} when an id or an amount cannot be stored
 */
export function readStripeEvent(event: Stripe.Event): PaymentEvent | undefined {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const session = event.data.object;
      if (session.payment_status !== 'paid') return undefined;
      return paymentOf(event.id, session, 'paid', session.payment_intent);
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
  paymentId: unknown,
): PaymentEvent | undefined {
  if (session.client_reference_id === null) return undefined;
  const currency = currencyIn(session.currency);
  return {
    kind,
    paymentId: idIn(paymentId),
    checkoutId: idIn(session.client_reference_id),
    amountCents: fromStripe(centsIn(session.amount_total), currency),
    currency,
    details: { event: idIn(eventId), session: idIn(session.id) },
  };
}
