import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { Environment } from '@gatehouse/config';
import { found } from '@gatehouse/http';
import { Checkout } from '../checkout.entity.js';
import { Payment } from '../payment.entity.js';
import { SandboxDeliveries } from '../sandbox/sandbox-deliveries.js';
import type { PageState } from './checkout-page.js';
import { PaymentProvider } from '../provider/payment-provider.js';

/** A checkout as its page shows it. */
export interface CheckoutView {
  checkout: Checkout;
  state: PageState;
  /** The provider's page, when the payer is redirected. */
  elsewhere?: string | undefined;
}

@Injectable()
export class CheckoutViews {
  constructor(
    @InjectRepository(Checkout) private readonly checkouts: Repository<Checkout>,
    @InjectRepository(Payment) private readonly payments: Repository<Payment>,
    private readonly environment: Environment,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly deliveries: SandboxDeliveries,
  ) {}

  /** @throws {NotFoundProblem} */
  async open(id: string): Promise<CheckoutView> {
    // Read first: events delivered from now on are visible below, so the page does not stop waiting too early.
    const isWaiting = isUuid(id) && (await this.deliveries.isWaiting(id));
    const checkout = await this.get(id);
    const elsewhere = await this.providerPage(checkout);
    return { checkout, elsewhere, state: await this.stateOf(checkout, isWaiting) };
  }

  /**
   * Handles the payer's return from the provider. The result in the URL has no effect: only the webhook is trusted.
   * @throws {NotFoundProblem}
   */
  async returnFrom(id: string, result: 'paid' | 'cancelled'): Promise<CheckoutView> {
    const checkout = await this.get(id);
    const { status } = checkout;
    if (status !== 'open') return { checkout, state: status };
    return { checkout, state: result === 'paid' ? 'waiting' : 'cancelled' };
  }

  /**
   * Pays in the sandbox, or declines, and has the webhook called. A repeated call has no further effect.
   *
   * @throws {NotFoundProblem}
   */
  async settle(id: string, kind: 'paid' | 'declined'): Promise<void> {
    const { amountCents, currency, status } = await this.get(id);
    if (status !== 'open') return;
    const paymentId = `sandbox-${kind}-${id}`;
    await this.deliveries.queue({ kind, paymentId, checkoutId: id, amountCents, currency });
  }

  private async get(id: string): Promise<Checkout> {
    const checkout = isUuid(id) ? await this.checkouts.findOneBy({ id }) : null;
    return found(checkout, `Checkout ${id}`);
  }

  private async stateOf(checkout: Checkout, isWaiting: boolean): Promise<PageState> {
    const { id: checkoutId, status, expiresAt, provider } = checkout;
    if (status !== 'open') return status;
    if (provider !== 'sandbox' || this.provider.name !== 'sandbox') return 'expired';
    if (isWaiting) return 'waiting';
    if (expiresAt <= new Date()) return 'late';
    const isDeclined = await this.payments.existsBy({ checkoutId, outcome: 'declined' });
    return isDeclined ? 'declined' : 'payable';
  }

  /**
   * Creates the provider's page when the payer opens the checkout.
   * @returns `undefined` when none is needed: the checkout is paid or has expired, or is paid on our own page
   */
  private async providerPage(checkout: Checkout): Promise<string | undefined> {
    const { id, status, expiresAt, provider, providerUrl, providerExpiresAt } = checkout;
    const now = new Date();
    if (status !== 'open' || expiresAt <= now || provider !== this.provider.name) return undefined;
    if (providerUrl && providerExpiresAt && providerExpiresAt > now) return providerUrl;
    const page = `${this.environment.publicUrl}/checkout/${id}`;
    const pages = { paid: `${page}/paid`, cancelled: `${page}/cancelled` };
    const session = await this.provider.openSession(checkout, pages);
    if (!session) return undefined;
    const { ref, url, expiresAt: closes } = session;
    await this.checkouts.update(id, { providerRef: ref, providerUrl: url, providerExpiresAt: closes });
    return url;
  }
}
