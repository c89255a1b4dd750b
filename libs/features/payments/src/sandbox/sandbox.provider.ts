import type { IncomingHttpHeaders } from 'node:http';
import {
  InvalidWebhookProblem,
  type PaymentEvent,
  PaymentProvider,
  type RefundRequest,
} from '../provider/payment-provider.js';
import { isSignedWebhook } from './webhook-signature.js';

/** Header with the signature of the sandbox's webhook calls. */
export const SIGNATURE_HEADER = 'gatehouse-signature';

const types = { paid: 'payment.succeeded', declined: 'payment.declined' } as const;

interface SandboxEvent {
  type: string;
  data: Omit<PaymentEvent, 'kind' | 'details'>;
}

/** Simulates a provider, for development and demonstrations: no money moves. */
export class SandboxProvider extends PaymentProvider {
  readonly name = 'sandbox';

  /** @param secret signs webhook calls */
  constructor(private readonly secret: string) {
    super();
  }

  async openSession(): Promise<undefined> {
    return undefined;
  }

  readEvent(body: Buffer, headers: IncomingHttpHeaders): PaymentEvent {
    if (!isSignedWebhook(headers[SIGNATURE_HEADER], body, this.secret))
      throw InvalidWebhookProblem.signature();
    try {
      const { type, data } = JSON.parse(body.toString()) as SandboxEvent;
      const { paymentId, checkoutId, amountCents, currency } = data;
      const kind = (['paid', 'declined'] as const).find((each) => types[each] === type)!;
      return { kind, paymentId, checkoutId, amountCents, currency: currency.toUpperCase(), details: {} };
    } catch {
      throw InvalidWebhookProblem.body();
    }
  }

  async refund({ id }: RefundRequest): Promise<string> {
    return `sandbox-refund-${id}`;
  }
}

/** The body in which the sandbox reports a payment. */
export function writeSandboxEvent(event: Omit<PaymentEvent, 'details'>): string {
  const { kind, paymentId, checkoutId, amountCents, currency } = event;
  const body: SandboxEvent = {
    type: types[kind],
    data: { paymentId, checkoutId, amountCents, currency },
  };
  return JSON.stringify(body);
}
