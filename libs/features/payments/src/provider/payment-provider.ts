import type { IncomingHttpHeaders } from 'node:http';
import { MalformedRequestProblem } from '@gatehouse/http';
import type { Checkout } from '../checkout.entity.js';

/** A page of the provider for paying a checkout. */
export interface ProviderSession {
  /** The provider's id of the session. */
  ref: string;
  url: string;
  /** When the page expires. */
  expiresAt: Date;
}

/** URLs to which the provider's page returns. */
export interface ReturnPages {
  paid: string;
  cancelled: string;
}

/** A payment as a provider reports it. */
export interface PaymentEvent {
  kind: 'paid' | 'declined';
  /** The provider's id of the payment, the same however often it is reported. */
  paymentId: string;
  /** Id of the checkout as passed to the provider; may belong to another application. */
  checkoutId: string;
  /** In the currency's minor units, 0 or more. */
  amountCents: number;
  /** ISO 4217, in upper case. */
  currency: string;
  /** Ids for finding the payment at the provider. No card or account data. */
  details: Record<string, string>;
}

/** A full refund of a payment. */
export interface RefundRequest {
  /** The same for each attempt, so that the provider makes only one refund. */
  id: string;
  /** The provider's id of the payment. */
  paymentId: string;
  /** In the currency's minor units. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
}

/**
 * A payment provider, chosen by `PAYMENT_PROVIDER`. To add one, write a subclass and name it in `create-provider.ts`.
 */
export abstract class PaymentProvider {
  /** Short unique name, stored with every checkout and payment. */
  abstract readonly name: string;

  /** Whether the provider can charge exactly this amount, in the currency's minor units. */
  canCharge(_amountCents: number, _currency: string): boolean {
    return true;
  }

  /**
   * Creates a page for paying the checkout. Called when the payer opens it, never within a transaction. Repeated
   * calls for the same state of a checkout return the same page.
   * @returns `undefined` when the payer pays on the checkout page itself
   */
  abstract openSession(checkout: Checkout, pages: ReturnPages): Promise<ProviderSession | undefined>;

  /**
   * Reads a webhook call. The caller checks its values.
   * @param body body as received
   * @returns `undefined` for an authentic event that is irrelevant
   * @throws {InvalidWebhookProblem} when it is not from the provider, too old, or invalid
   */
  abstract readEvent(body: Buffer, headers: IncomingHttpHeaders): PaymentEvent | undefined;

  /**
   * Refunds a payment. Repeated calls with the same id refund once.
   * @returns the provider's id of the refund
   * @throws when it is not certain that the refund was made
   */
  abstract refund(refund: RefundRequest): Promise<string>;
}

/** A webhook call that is not from the provider, or is invalid. */
export class InvalidWebhookProblem extends MalformedRequestProblem {
  static signature(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The signature is missing, wrong, or more than 5 minutes off');
  }

  static body(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The event is not understood');
  }
}
