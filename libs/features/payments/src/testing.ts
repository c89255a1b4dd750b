import { SIGNATURE_HEADER, writeSandboxEvent } from './sandbox/sandbox.provider.js';
import { signWebhook } from './sandbox/webhook-signature.js';

export interface TestPayment {
  checkoutId: string;
  amountCents: number;
  /** Default `EUR`. */
  currency?: string;
  /** Unique by default. */
  paymentId?: string;
  /** Default `paid`. */
  kind?: 'paid' | 'declined';
}

let made = 0;

/**
 * A call of the webhook as the sandbox makes it.
 *
 * @param payment to report, or any other body
 * @param at when it is signed, in milliseconds
 */
export function sandboxCall(
  payment: TestPayment | string,
  secret: string,
  at = Date.now(),
): { raw: string; headers: Record<string, string> } {
  const raw = typeof payment === 'string' ? payment : bodyOf(payment);
  return {
    raw,
    headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: signWebhook(raw, secret, at) },
  };
}

function bodyOf({ checkoutId, amountCents, currency = 'EUR', kind = 'paid', ...rest }: TestPayment): string {
  const paymentId = rest.paymentId ?? `test-${process.pid}-${Date.now()}-${++made}`;
  return writeSandboxEvent({ kind, paymentId, checkoutId, amountCents, currency });
}
