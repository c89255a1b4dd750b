import { Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FeatureRegistry, type PaymentCallback } from '@gatehouse/modules';

/** Whom to tell of a payment: the features declare it. */
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
