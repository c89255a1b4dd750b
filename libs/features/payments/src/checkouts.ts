import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { Environment } from '@gatehouse/config';
import type { Statement } from '@gatehouse/database';
import { Jobs } from '@gatehouse/jobs';
import { Checkout } from './checkout.entity.js';
import { PaymentCallbacks } from './payment-callbacks.js';
import { paymentsAreOff } from './provider/no-provider.js';
import { PaymentProvider } from './provider/payment-provider.js';
import { REFUND } from './refunds.js';

/** Something to pay for. */
export interface NewCheckout {
  /** Root of the feature whose payment callback receives the payment. */
  feature: string;
  /** Id of what is paid for, in that feature's own terms. */
  reference: string;
  /** Whose purchase it is. */
  userId: string;
  /** In the currency's minor units, more than 0. */
  amountCents: number;
  /** ISO 4217. */
  currency: string;
  /** What the payer reads on the provider's page, cut to 200 characters. */
  description: string;
  /** After this moment it should not be paid any more. */
  expiresAt: Date;
}

/** A checkout that waits for its payment. */
export interface OpenedCheckout {
  id: string;
  /** Page where the payer pays, or which leads there. */
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

/** $1 feature, $2 reference: what was accepted for it and is not given back yet. */
const GIVE_BACK = `
  UPDATE payments SET refund = 'due'
  WHERE feature = $1 AND reference = $2 AND outcome = 'accepted' AND refund IS NULL`;

/** Opens checkouts with the payment provider. */
@Injectable()
export class Checkouts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly environment: Environment,
    private readonly callbacks: PaymentCallbacks,
    @Inject(PaymentProvider) private readonly provider: PaymentProvider,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Writes the checkout down. The provider hears of it when the payer opens its page: a call to it here would hold
   * the transaction, and the rows that it has locked, for as long as the provider likes.
   *
   * @param manager of the transaction that makes what is paid for: without it there is no checkout
   * @throws {UnavailableProblem} when no provider is set up
   * @throws {Error} when the feature declares no payment callback, or has an open checkout of that reference
   */
  async open(checkout: NewCheckout, manager: EntityManager): Promise<OpenedCheckout> {
    const { statement, checkouts } = this.openStatement([checkout]);
    await manager.query(statement.text, statement.values);
    return checkouts[0]!;
  }

  /**
   * As {@link open}, several at once, for a transaction that is sent whole.
   *
   * @returns the statement that writes them down, and what they will be, in their order
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

  /** The checkout of something that is still to be paid. */
  async find(feature: string, reference: string): Promise<OpenedCheckout | undefined> {
    const where = { feature, reference, status: 'open' } as const;
    const checkout = await this.dataSource.manager.findOne(Checkout, { select: { id: true }, where });
    return checkout ? this.opened(checkout.id) : undefined;
  }

  /**
   * Refunds the accepted payment of something, in full, soon after the commit. Once, however often it is called;
   * without a payment it does nothing. It locks no checkout, so it may be called with the feature's own rows locked.
   *
   * @param manager of the transaction that takes back what was paid for
   */
  async refund(feature: string, reference: string, manager: EntityManager): Promise<void> {
    for (const { text, values } of await this.refundStatements(feature, reference))
      await manager.query(text, values);
  }

  /** As {@link refund}, for a transaction that is sent whole. */
  async refundStatements(feature: string, reference: string): Promise<Statement[]> {
    const job = await this.jobs.statement(REFUND, { feature, reference });
    return [{ text: GIVE_BACK, values: [feature, reference] }, job];
  }

  private opened(id: string): OpenedCheckout {
    return { id, url: `${this.environment.publicUrl}/checkout/${id}` };
  }
}
