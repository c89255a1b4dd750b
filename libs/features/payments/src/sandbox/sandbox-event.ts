import { centsIn, currencyIn, idIn, objectIn, parseObject } from '../provider/event-fields.js';
import { InvalidWebhookProblem, type PaymentEvent } from '../provider/payment-provider.js';

/** Header with the signature of the sandbox's webhook calls. */
export const SIGNATURE_HEADER = 'gatehouse-signature';

const types = { paid: 'payment.succeeded', declined: 'payment.declined' } as const;

/** The body in which the sandbox reports a payment. */
export function writeSandboxEvent(event: Omit<PaymentEvent, 'details'>): string {
  const { kind, paymentId, checkoutId, amountCents, currency } = event;
  return JSON.stringify({ type: types[kind], data: { paymentId, checkoutId, amountCents, currency } });
}

/** @throws {InvalidWebhookProblem} when it is not a body that the sandbox writes */
export function readSandboxEvent(body: Buffer): PaymentEvent {
  const { type, data } = parseObject(body);
  const kind = type === types.paid ? 'paid' : type === types.declined ? 'declined' : undefined;
  if (!kind) throw InvalidWebhookProblem.body();
  const { paymentId, checkoutId, amountCents, currency } = objectIn(data);
  return {
    kind,
    paymentId: idIn(paymentId),
    checkoutId: idIn(checkoutId),
    amountCents: centsIn(amountCents),
    currency: currencyIn(currency),
    details: {},
  };
}
