import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Environment } from '@gatehouse/config';
import { Checkout } from './checkout.entity.js';
import { PaymentProvider } from './provider/payment-provider.js';

/** The provider's checkout pages, created when the payer opens the checkout. */
@Injectable()
export class CheckoutSessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
  ) {}

  /**
   * @returns the provider's page, or `undefined` when none is needed: the checkout is paid or has expired, or is paid
   * on our own page
   */
  async pageOf(checkout: Checkout): Promise<string | undefined> {
    const { id, status, expiresAt, provider, providerUrl, providerExpiresAt } = checkout;
    const now = new Date();
    if (status !== 'open' || expiresAt <= now || provider !== this.provider.name) return undefined;
    if (providerUrl && providerExpiresAt && providerExpiresAt > now) return providerUrl;
    const page = `${this.environment.publicUrl}/checkout/${id}`;
    const session = await this.provider.openSession(checkout, {
      paid: `${page}/paid`,
      cancelled: `${page}/cancelled`,
    });
    if (!session) return undefined;
    const { ref: providerRef, url, expiresAt: closes } = session;
    await this.dataSource.manager.update(Checkout, id, {
      providerRef,
      providerUrl: url,
      providerExpiresAt: closes,
    });
    return url;
  }
}
