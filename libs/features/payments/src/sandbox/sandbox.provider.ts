import type { IncomingHttpHeaders } from 'node:http';
import {
  InvalidWebhookProblem,
  type PaymentEvent,
  PaymentProvider,
  type RefundRequest,
} from '../provider/payment-provider.js';
import { isSignedWebhook } from '../provider/webhook-signature.js';
import { readSandboxEvent, SIGNATURE_HEADER } from './sandbox-event.js';

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
    return readSandboxEvent(body);
  }

  async refund({ id }: RefundRequest): Promise<string> {
    return `sandbox-refund-${id}`;
  }
}
