import { centsIn, currencyIn, idIn, objectIn, parseObject } from '../provider/event-fields.js';
import type { PaymentEvent } from '../provider/payment-provider.js';

/**
 * What an event of Stripe says of a payment, by https://docs.stripe.com/api/events/types.
 *
 * @returns `undefined` for events that move no money: a session that expired, or one that was completed with a method
 * that pays later, of which `async_payment_succeeded` or `async_payment_failed` will tell
 * @throws {InvalidWebhookProblem} when it is not understood
 */
export function readStripeEvent(body: Buffer): PaymentEvent | undefined {
  const event = parseObject(body);
  switch (event['type']) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return readPaid(event);
    case 'checkout.session.async_payment_failed':
      return readDeclined(event);
    default:
      return undefined;
  }
}

function readPaid(event: Record<string, unknown>): PaymentEvent | undefined {
  const session = sessionOf(event);
  if (session['payment_status'] !== 'paid' || !isOurs(session)) return undefined;
  return { ...read(event, session), kind: 'paid', paymentId: idIn(session['payment_intent']) };
}

/** Under the event's id: a payment may fail first, and succeed later under its own. */
function readDeclined(event: Record<string, unknown>): PaymentEvent | undefined {
  const session = sessionOf(event);
  if (!isOurs(session)) return undefined;
  return { ...read(event, session), kind: 'declined', paymentId: idIn(event['id']) };
}

function sessionOf({ data }: Record<string, unknown>): Record<string, unknown> {
  return objectIn(objectIn(data)['object']);
}

/** Another application with the same account may sell without a reference. */
function isOurs({ client_reference_id: reference }: Record<string, unknown>): boolean {
  return reference !== null && reference !== undefined;
}

function read(
  event: Record<string, unknown>,
  session: Record<string, unknown>,
): Omit<PaymentEvent, 'kind' | 'paymentId'> {
  return {
    checkoutId: idIn(session['client_reference_id']),
    amountCents: centsIn(session['amount_total']),
    currency: currencyIn(session['currency']),
    details: { event: idIn(event['id']), session: idIn(session['id']) },
  };
}
