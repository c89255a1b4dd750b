import { Injectable, OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { FeatureRegistry } from '@gatehouse/modules';

/** A payment that has arrived in full, in time or late. */
export interface ReceivedPayment {
  checkoutId: string;
  /** Id of what is paid for, as the feature gave it. */
  reference: string;
  amountCents: number;
  currency: string;
}

/** Takes in the payments for what a feature sells. */
export interface PaymentCallback {
  /**
   * Runs in the transaction that records the payment: when it throws, nothing is recorded and the provider tries again.
   *
   * @returns `refund` when the payer gets nothing for the money any more
   */
  paid(payment: ReceivedPayment, manager: EntityManager): Promise<'accepted' | 'refund'>;
}

declare module '@gatehouse/modules' {
  interface FeatureDeclaration {
    /** Provider of the module that receives the payments for its checkouts. */
    paymentCallback?: Type<PaymentCallback>;
  }
}

/** The payment callbacks that the features declare. */
@Injectable()
export class PaymentCallbacks implements OnApplicationBootstrap {
  constructor(
    private readonly registry: FeatureRegistry,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Stops the start when a feature declares a callback that is no provider of its module. */
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
