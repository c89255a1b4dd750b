import type { IncomingHttpHeaders } from 'node:http';
import { MalformedRequestProblem } from '@gatehouse/http';
import type { Checkout } from '../checkout.entity.js';

/** A page of the provider where one checkout can be paid. */
export interface ProviderSession {
  /** The provider's id of it. */
  ref: string;
  url: string;
  /** When the page closes. */
  expiresAt: Date;
}

/** Where a payer goes from the provider's page. */
export interface ReturnPages {
  paid: string;
  cancelled: string;
}

/** A payment as a provider reports it. */
export interface PaymentEvent {
  kind: 'paid' | 'declined';
  /** The provider's id of the payment, the same however often it is reported. */
  paymentId: string;
  /** Id of the checkout, as the provider was given it. It may be one that is not ours. */
  checkoutId: string;
  /** In the currency's minor units, 0 or more. */
  amountCents: number;
  /** ISO 4217, in upper case. */
  currency: string;
  /** Ids by which to find it at the provider. Nothing of cards or accounts. */
  details: Record<string, string>;
}

/** A payment to be given back, whole. */
export interface RefundRequest {
  /** The same at each attempt, by which the provider knows that it is one refund. */
  id: string;
  /** The provider's id of the payment. */
  paymentId: string;
  /** In the currency's minor units. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
}

/** Takes money. One is chosen by `PAYMENT_PROVIDER`; to add one, write a subclass and name it in `create-provider.ts`. */
export abstract class PaymentProvider {
  /** Short unique name, kept with every checkout and payment. */
  abstract readonly name: string;

  /**
   * Opens a page where the checkout can be paid. Called when the payer comes, never within a transaction. Called
   * twice for the same state of a checkout it gives the same page.
   *
   * @returns `undefined` when the payer pays on the page of the checkout itself
   */
  abstract openSession(checkout: Checkout, pages: ReturnPages): Promise<ProviderSession | undefined>;

  /**
   * Reads a call of the webhook.
   *
   * @param body as it came over the wire
   * @returns `undefined` when it is authentic and of no interest
   * @throws {InvalidWebhookProblem} when it is not from the provider, too old, or not understood
   */
  abstract readEvent(body: Buffer, headers: IncomingHttpHeaders): PaymentEvent | undefined;

  /**
   * Gives a payment back. Called again with the same id, it gives nothing back twice.
   *
   * @returns the provider's id of the refund
   * @throws when it is not certain that the refund was made
   */
  abstract refund(refund: RefundRequest): Promise<string>;
}

/** A call of the webhook that is not from the provider, or not understood. */
export class InvalidWebhookProblem extends MalformedRequestProblem {
  static signature(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The signature is missing, wrong, or more than 5 minutes off');
  }

  static body(): InvalidWebhookProblem {
    return new InvalidWebhookProblem('The event is not understood');
  }
}
