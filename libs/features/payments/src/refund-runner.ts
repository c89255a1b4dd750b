import {
  BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AuditTrail } from '@gatehouse/audit';
import { Environment } from '@gatehouse/config';
import { type ClaimedRefund, DueRefunds } from './due-refunds.js';
import { PollingLoop } from './polling-loop.js';
import { PaymentProvider } from './provider/payment-provider.js';
import { retryDelay } from './retry-delay.js';

const POLL_MS = 10_000;
/** Refunds that are made at the same time. */
const BATCH = 5;

/** Gives payments back that are marked for it, again and again until the provider has taken the refund. */
@Injectable()
export class RefundRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(RefundRunner.name);
  private readonly loop = new PollingLoop(async () => (await this.runDue()) === BATCH, POLL_MS, this.logger);

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly refunds: DueRefunds,
    private readonly audit: AuditTrail,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly environment: Environment,
  ) {}

  onApplicationBootstrap(): void {
    if (this.provider.name !== 'none' && this.environment.worksJobs) this.loop.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /**
   * Makes refunds that are due, a few at most. Any number of processes may call it at once.
   *
   * @returns how many it has tried
   */
  async runDue(): Promise<number> {
    const claimed = await this.refunds.claim(BATCH, this.provider.name);
    await Promise.all(claimed.map((refund) => this.make(refund)));
    return claimed.length;
  }

  private async make(refund: ClaimedRefund): Promise<void> {
    let providerRefundId: string;
    try {
      providerRefundId = await this.provider.refund(refund);
    } catch (error) {
      return this.postpone(refund, error as Error);
    }
    await this.dataSource.transaction(async (manager) => {
      const isFirst = await this.refunds.settle(refund, providerRefundId, manager);
      if (isFirst) await this.audit.record(entryOf('payments.refunded', refund), manager);
    });
  }

  private async postpone(refund: ClaimedRefund, { message }: Error): Promise<void> {
    const seconds = retryDelay(refund.attempts);
    await this.dataSource.transaction(async (manager) => {
      const isNoted = await this.refunds.postpone(refund, message, seconds, manager);
      if (!isNoted || seconds !== undefined) return;
      await this.audit.record(entryOf('payments.refund-failed', refund), manager);
    });
    this.logger.warn(
      `The refund of ${refund.id} ${seconds === undefined ? 'was given up' : 'will be tried again'}: ${message}`,
    );
  }
}

function entryOf(action: string, { id: subjectId, paymentId, amountCents, currency }: ClaimedRefund) {
  return { action, subjectId, details: { providerPaymentId: paymentId, amountCents, currency } };
}
