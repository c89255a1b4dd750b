import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import type { Statement } from '@gatehouse/database';
import { BusinessRuleProblem } from '@gatehouse/http';
import { Jobs } from '@gatehouse/jobs';
import { Checkout } from './checkout.entity.js';
import { formatMoney } from './money.js';
import { PaymentCallbacks } from './payment-callbacks.js';
import { paymentsAreOff } from './provider/create-provider.js';
import { PaymentProvider } from './provider/payment-provider.js';
import { REFUND } from './refunds.js';

/** Something to pay for. */
export interface NewCheckout {
  /** Root of the feature whose payment callback receives the payment. */
  feature: string;
  /** Id of the purchased item, in that feature's own terms. */
  reference: string;
  /** The purchasing user. */
  userId: string;
  /** In the currency's minor units, more than 0. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
  /** Description shown to the payer, truncated to 200 characters. */
  description: string;
  /** After this moment it should not be paid any more. */
  expiresAt: Date;
}

/** A checkout that awaits its payment. */
export interface OpenedCheckout {
  id: string;
  /** URL of the page on which to pay, or that redirects to it. */
  url: string;
}

const MAX_DESCRIPTION_LENGTH = 200;

/** $1: the checkouts as a JSON array. */
const OPEN = `
  INSERT INTO checkouts
    (id, feature, reference, user_id, amount_cents, currency, description, expires_at, provider)
  SELECT * FROM json_to_recordset($1::json) AS new (
    id uuid, feature varchar, reference varchar, user_id uuid, amount_cents integer, currency char(3),
    description varchar, expires_at timestamptz, provider varchar)`;

/** $1 feature, $2 reference: marks accepted payments that are not refunded yet. */
const GIVE_BACK = `
  UPDATE payments SET refund = 'due'
  WHERE feature = $1 AND reference = $2 AND outcome = 'accepted' AND refund IS NULL`;

/** Opens and refunds checkouts for features. */
@Injectable()
export class Checkouts {
  constructor(
    @InjectRepository(Checkout) private readonly checkouts: Repository<Checkout>,
    private readonly environment: Environment,
    private readonly callbacks: PaymentCallbacks,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Checks a price before anything is sold for it.
   * @throws {BusinessRuleProblem} when the provider cannot charge exactly this amount, in the currency's minor units
   */
  requireChargeable(amountCents: number, currency: string): void {
    if (!this.provider.canCharge(amountCents, currency))
      throw new BusinessRuleProblem(
        `The payment provider cannot charge ${formatMoney(amountCents, currency)}`,
      );
  }

  /**
   * Stores a checkout. The provider is called only when the payer opens the page: a call here would hold the
   * transaction and its locks for as long as the provider takes.
   * @param manager manager of the transaction of the purchase; a rollback discards the checkout
   * @throws {UnavailableProblem} when no provider is configured
   * @throws {Error} when the feature declares no payment callback, or already has an open checkout with that
   * reference
   */
  async open(checkout: NewCheckout, manager: EntityManager): Promise<OpenedCheckout> {
    const { statement, checkouts } = this.openStatement([checkout]);
    await manager.query(statement.text, statement.values);
    return checkouts[0]!;
  }

  /**
   * Like {@link open} for several checkouts, as a statement for a batched transaction.
   * @returns the statement that stores them, and the resulting checkouts in the same order
   */
  openStatement(checkouts: NewCheckout[]): { statement: Statement; checkouts: OpenedCheckout[] } {
    for (const { feature } of checkouts) this.callbacks.of(feature);
    const provider = this.provider.name;
    if (provider === 'none') throw paymentsAreOff();
    const rows = checkouts.map(({ userId, amountCents, expiresAt, description, ...rest }) => ({
      ...rest,
      id: uuidv7(),
      user_id: userId,
      amount_cents: amountCents,
      description: [...description].slice(0, MAX_DESCRIPTION_LENGTH).join(''),
      expires_at: expiresAt,
      provider,
    }));
    return {
      statement: { text: OPEN, values: [JSON.stringify(rows)] },
      checkouts: rows.map(({ id }) => this.opened(id)),
    };
  }

  /** The open checkout of an item, if any. */
  async find(feature: string, reference: string): Promise<OpenedCheckout | undefined> {
    const where = { feature, reference, status: 'open' } as const;
    const checkout = await this.checkouts.findOne({ select: { id: true }, where });
    return checkout ? this.opened(checkout.id) : undefined;
  }

  /**
   * Refunds the accepted payment of an item, in full and only once, soon after the commit. Without a payment it does
   * nothing. It locks no checkout, so it may be called with the feature's own rows locked.
   * @param manager manager of the transaction that cancels the item
   */
  async refund(feature: string, reference: string, manager: EntityManager): Promise<void> {
    for (const { text, values } of await this.refundStatements(feature, reference))
      await manager.query(text, values);
  }

  /** Like {@link refund}, as statements for a batched transaction. */
  async refundStatements(feature: string, reference: string): Promise<Statement[]> {
    const job = await this.jobs.statement(REFUND, { feature, reference });
    return [{ text: GIVE_BACK, values: [feature, reference] }, job];
  }

  private opened(id: string): OpenedCheckout {
    return { id, url: `${this.environment.publicUrl}/checkout/${id}` };
  }
}
