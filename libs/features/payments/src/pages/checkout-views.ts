import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { found } from '@gatehouse/http';
import { Checkout } from '../checkout.entity.js';
import { CheckoutSessions } from '../checkout-sessions.js';
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
    private readonly dataSource: DataSource,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly sessions: CheckoutSessions,
    private readonly deliveries: SandboxDeliveries,
  ) {}

  /** @throws {NotFoundProblem} */
  async open(id: string): Promise<CheckoutView> {
    // Read first: events delivered from now on are visible below, so the page does not stop waiting too early.
    const isWaiting = isUuid(id) && (await this.deliveries.isWaiting(id));
    const checkout = await this.get(id);
    const elsewhere = await this.sessions.pageOf(checkout);
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
    const checkout = isUuid(id) ? await this.dataSource.manager.findOneBy(Checkout, { id }) : null;
    return found(checkout, `Checkout ${id}`);
  }

  private async stateOf(checkout: Checkout, isWaiting: boolean): Promise<PageState> {
    const { id: checkoutId, status, expiresAt, provider } = checkout;
    if (status !== 'open') return status;
    if (provider !== 'sandbox' || this.provider.name !== 'sandbox') return 'expired';
    if (isWaiting) return 'waiting';
    if (expiresAt <= new Date()) return 'late';
    const declined = { checkoutId, outcome: 'declined' } as const;
    return (await this.dataSource.manager.existsBy(Payment, declined)) ? 'declined' : 'payable';
  }
}
