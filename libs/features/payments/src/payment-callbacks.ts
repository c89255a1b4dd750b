import { Injectable, OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { featureOptions, FeatureRegistry } from '@gatehouse/modules';

/** A payment of the full amount, in time or late. */
export interface ReceivedPayment {
  checkoutId: string;
  /** Id of the purchased item, as given by the feature. */
  reference: string;
  amountCents: number;
  currency: string;
}

/** Handles payments of a selling feature. */
export interface PaymentCallback {
  /**
   * Runs in the transaction that records the payment: if it throws, nothing is recorded and the provider retries.
   * @returns `refund` when the purchase is no longer possible
   */
  paid(payment: ReceivedPayment, manager: EntityManager): Promise<'accepted' | 'refund'>;
}

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /** Provider of the module that receives the payments for its checkouts. */
    paymentCallback?: Type<PaymentCallback>;
  }
}
featureOptions.add('paymentCallback');

/** The payment callbacks that the features declare. */
@Injectable()
export class PaymentCallbacks implements OnApplicationBootstrap {
  constructor(
    private readonly registry: FeatureRegistry,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Stops the start when a declared callback is not a provider of its module. */
  onApplicationBootstrap(): void {
    for (const { root, paymentCallback } of this.registry.declarations) if (paymentCallback) this.of(root);
  }

  /** @throws {Error} when the feature declares none */
  of(feature: string): PaymentCallback {
    const declaration = this.registry.declarations.find(({ root }) => root === feature);
    if (!declaration?.paymentCallback)
      throw new Error(`The feature "${feature}" declares no payment callback`);
    return this.moduleRef.get(declaration.paymentCallback, { strict: false });
  }
}
