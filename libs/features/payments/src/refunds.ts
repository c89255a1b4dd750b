import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Not, type Repository } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { type JobAttempt, Jobs, reportable } from '@gatehouse/jobs';
import { Payment } from './payment.entity.js';
import { PaymentProvider } from './provider/payment-provider.js';

/** The job that makes due refunds. */
export const REFUND = 'payments.refund';

/** The payments to refund: one, or those of a purchase. */
type Which = Pick<Payment, 'id'> | Pick<Payment, 'feature' | 'reference'>;

/** Retries for about three days. */
const RETRIES = 79;
const BACKOFF_SECONDS = 5;
/** Maximum number of refunds that a process makes at the same time. */
const CONCURRENCY = 5;

/** Refunds payments that are marked for it, and retries until the provider has accepted the refund. */
@Injectable()
export class Refunds {
  private readonly logger = new Logger(Refunds.name);

  constructor(
    @InjectRepository(Payment) private readonly payments: Repository<Payment>,
    private readonly audit: AuditTrail,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    jobs: Jobs,
  ) {
    const concurrency = provider.name === 'none' ? 0 : CONCURRENCY;
    const definition = { name: REFUND, retries: RETRIES, backoffSeconds: BACKOFF_SECONDS, concurrency };
    jobs.define<Which>(definition, (job) => this.giveBack(job));
  }

  /** Also refunds that have failed for good, whose job an administrator retries. */
  private async giveBack({ payload, attempt }: JobAttempt<Which>): Promise<void> {
    const refund = In(['due', 'failed']);
    for (const payment of await this.payments.findBy({ ...payload, refund })) {
      try {
        await this.settle(payment, await this.refund(payment));
      } catch (error) {
        if (attempt > RETRIES) await this.giveUp(payment, reportable(error).message);
        throw error;
      }
    }
  }

  private refund({ id, provider, providerPaymentId, amountCents, currency }: Payment): Promise<string> {
    if (provider !== this.provider.name) throw new Error(`The payment was made with ${provider}`);
    return this.provider.refund({ id, paymentId: providerPaymentId, amountCents, currency });
  }

  private async settle(payment: Payment, providerRefundId: string): Promise<void> {
    const made = { refund: 'refunded', refundedAt: () => 'now()', providerRefundId } as const;
    await this.payments.manager.transaction(async (manager) => {
      const { affected } = await manager.update(Payment, { id: payment.id, refund: Not('refunded') }, made);
      if (affected) await this.audit.record(entryOf('payments.refunded', payment), manager);
    });
  }

  private async giveUp(payment: Payment, reason: string): Promise<void> {
    await this.payments.manager.transaction(async (manager) => {
      const { affected } = await manager.update(
        Payment,
        { id: payment.id, refund: 'due' },
        { refund: 'failed' },
      );
      if (affected) await this.audit.record(entryOf('payments.refund-failed', payment, { reason }), manager);
    });
    this.logger.warn(`The refund of ${payment.id} was abandoned: ${reason}`);
  }
}

function entryOf(action: string, payment: Payment, more: Record<string, string> = {}) {
  const { id: subjectId, providerPaymentId, amountCents, currency } = payment;
  return { action, subjectId, details: { providerPaymentId, amountCents, currency, ...more } };
}
