import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What somebody is to pay for. */
export interface NewCheckout {
  /** Root of the feature whose payment callback is told of the payment. */
  feature: string;
  /** Id of what is paid for, in that feature's own terms. */
  reference: string;
  /** Whose purchase it is. */
  userId: string;
  /** In cents, more than 0. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
  /** What the payer reads on the provider's page. */
  description: string;
  /** From when on nobody should pay any more. */
  expiresAt: Date;
}

/** A checkout that waits for its payment. */
export interface Checkout {
  id: string;
  /** Page of the provider where the payer pays. */
  url: string;
}

/** Opens checkouts with the payment provider. */
@Injectable()
export class Checkouts {
  /** @param manager of the transaction that makes what is paid for: without it there is no checkout */
  open(_checkout: NewCheckout, _manager: EntityManager): Promise<Checkout> {
    throw new Error('Not built yet');
  }

  /** The checkout of something that is still to be paid. */
  find(_feature: string, _reference: string): Promise<Checkout | undefined> {
    throw new Error('Not built yet');
  }
}
