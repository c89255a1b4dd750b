import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { HttpException, Inject, Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7, validate as isUuid } from 'uuid';
import { AuditTrail } from '@gatehouse/audit';
import { Jobs } from '@gatehouse/jobs';
import { discard, readBytes } from '@gatehouse/validation';
import { Checkout, type CheckoutStatus } from './checkout.entity.js';
import { type Outcome, Payment } from './payment.entity.js';
import { PaymentCallbacks } from './payment-callbacks.js';
import { InvalidWebhookProblem, type PaymentEvent, PaymentProvider } from './provider/payment-provider.js';
import { REFUND } from './refunds.js';

/** Status of an open checkout after an outcome; other outcomes do not change it. */
const statusAfter: Partial<Record<Outcome, CheckoutStatus>> = { accepted: 'paid', 'too-late': 'closed' };

/** Payments that are refunded. */
const givenBack: readonly Outcome[] = ['wrong-amount', 'too-late', 'duplicate'];

const MAX_BODY_BYTES = 64 * 1024;
const MAX_CENTS = 2_147_483_647;
const ID = /^[^\0]{1,255}$/s;

/**
 * Records the payments that the provider reports. Each payment takes effect once: the checkout's row is locked first, so
 * that deliveries come one after the other, and the payment, the feature's callback and all that follows are one
 * transaction.
 */
@Injectable()
export class PaymentReceiver {
  private readonly logger = new Logger(PaymentReceiver.name);

  constructor(
    @InjectRepository(Checkout) private readonly checkouts: Repository<Checkout>,
    private readonly callbacks: PaymentCallbacks,
    private readonly audit: AuditTrail,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Receives a webhook call.
   * @param body body as received: the signature covers its bytes
   * @throws {InvalidWebhookProblem} when it is not from the provider, and like {@link receive}
   */
  async hear(body: Readable, headers: IncomingHttpHeaders): Promise<void> {
    const bytes = await readBytes(body, MAX_BODY_BYTES).catch((error: unknown) => {
      discard(body);
      throw error;
    });
    const event = this.provider.readEvent(bytes, headers);
    if (!event) return;
    if (!isStorable(event)) throw InvalidWebhookProblem.body();
    await this.receive(event);
  }

  /** @throws when the feature's callback or the database fails: then nothing has changed, and the call may be repeated */
  async receive(event: PaymentEvent): Promise<void> {
    await this.checkouts.manager.transaction(async (manager) => {
      const checkout = await lockCheckout(event.checkoutId, manager);
      if (!checkout) return this.ignore(event);
      if (await this.isKnown(event, manager)) return;
      const outcome = await this.decide(event, checkout, manager);
      const status = checkout.status === 'open' ? statusAfter[outcome] : undefined;
      if (status) await manager.update(Checkout, checkout.id, { status });
      await this.record(event, checkout, outcome, manager);
    });
  }

  /** Another application may use the same account; its payments must not be refunded here. */
  private ignore({ paymentId, checkoutId }: PaymentEvent): void {
    this.logger.warn(
      `Ignored the payment ${paymentId} for ${checkoutId}, which is not a checkout of this application`,
    );
  }

  private isKnown({ paymentId }: PaymentEvent, manager: EntityManager): Promise<boolean> {
    return manager.existsBy(Payment, { provider: this.provider.name, providerPaymentId: paymentId });
  }

  private async decide(
    { kind, amountCents, currency }: PaymentEvent,
    checkout: Checkout,
    manager: EntityManager,
  ): Promise<Outcome> {
    if (kind === 'declined') return 'declined';
    if (checkout.status !== 'open') return 'duplicate';
    if (amountCents !== checkout.amountCents || currency !== checkout.currency) return 'wrong-amount';
    const verdict = await this.callBack(checkout, manager);
    return verdict === 'accepted' ? 'accepted' : 'too-late';
  }

  private async callBack(
    { id: checkoutId, feature, reference, amountCents, currency }: Checkout,
    manager: EntityManager,
  ): Promise<'accepted' | 'refund'> {
    try {
      return await this.callbacks.of(feature).paid({ checkoutId, reference, amountCents, currency }, manager);
    } catch (error) {
      // Its refusal must not become the response: the provider would attribute a 4xx to its own call.
      if (!(error instanceof HttpException)) throw error;
      throw new Error(`The payment callback of "${feature}" refused`, { cause: error });
    }
  }

  private async record(
    { paymentId, amountCents, currency, details }: PaymentEvent,
    checkout: Checkout,
    outcome: Outcome,
    manager: EntityManager,
  ): Promise<void> {
    const id = uuidv7();
    const isRefundDue = givenBack.includes(outcome) && amountCents > 0;
    await manager.insert(Payment, {
      id,
      provider: this.provider.name,
      providerPaymentId: paymentId,
      checkoutId: checkout.id,
      feature: checkout.feature,
      reference: checkout.reference,
      amountCents,
      currency,
      outcome,
      details,
      refund: isRefundDue ? 'due' : null,
    });
    if (isRefundDue) await this.jobs.enqueue(REFUND, { id }, { manager });
    if (outcome !== 'wrong-amount') return;
    const paid = { checkoutId: checkout.id, amountCents, currency };
    const asked = { askedCents: checkout.amountCents, askedCurrency: checkout.currency };
    await this.audit.record(
      { action: 'payments.wrong-amount', subjectId: id, details: { ...paid, ...asked } },
      manager,
    );
  }
}

/** Whether the table can hold what a provider reports. */
function isStorable({ kind, paymentId, checkoutId, amountCents, currency }: PaymentEvent): boolean {
  const isAmount = Number.isSafeInteger(amountCents) && amountCents >= 0 && amountCents <= MAX_CENTS;
  const areIds = [paymentId, checkoutId].every((id) => typeof id === 'string' && ID.test(id));
  return kind !== undefined && isAmount && areIds && /^[A-Z]{3}$/.test(currency);
}

/**
 * Locks the checkout before inserting rows that refer to it: concurrent inserts would take a weaker lock first and
 * deadlock.
 */
async function lockCheckout(id: string, manager: EntityManager): Promise<Checkout | null> {
  if (!isUuid(id)) return null;
  return manager.findOne(Checkout, { where: { id }, lock: { mode: 'pessimistic_write' } });
}
