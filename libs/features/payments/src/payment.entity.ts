import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/**
 * Outcome of a payment: accepted by the feature (`accepted`), refused by payer or bank (`declined`), not the amount
 * of the checkout (`wrong-amount`), the purchase was no longer possible (`too-late`), or the checkout was already
 * paid (`duplicate`).
 */
export const outcomes = ['accepted', 'declined', 'wrong-amount', 'too-late', 'duplicate'] as const;
export type Outcome = (typeof outcomes)[number];

/** `failed`: all retries failed, and an administrator has to act. */
export const refundStates = ['due', 'refunded', 'failed'] as const;
export type RefundState = (typeof refundStates)[number];

/** A payment that a provider has reported, with its refund if there is one. No card or account data is kept. */
@Entity('payments')
@Unique('payments_provider_payment_id_key', ['provider', 'providerPaymentId'])
@Check('payments_amount_cents_check', 'amount_cents >= 0')
@Check(
  'payments_outcome_check',
  `outcome IN ('accepted', 'declined', 'wrong-amount', 'too-late', 'duplicate')`,
)
@Check('payments_refund_check', `refund IN ('due', 'refunded', 'failed')`)
@Index(['checkoutId'])
@Index('payments_reference_idx', ['feature', 'reference'])
@Index('payments_received_at_idx', ['receivedAt', 'id'])
@Index('payments_outcome_idx', ['outcome', 'receivedAt', 'id'])
export class Payment {
  /** UUID v7. It is also the id of the refund: a payment is refunded at most once, and in full. */
  @PrimaryColumn('uuid')
  id: string;

  @Column({ type: 'varchar', length: 20, collation: 'C' })
  provider: string;

  /** The provider's id: however often it reports a payment, there is one row. */
  @Column({ type: 'varchar', length: 255, collation: 'C' })
  providerPaymentId: string;

  @Column('uuid')
  @ForeignKey('checkouts')
  checkoutId: string;

  /** Copied from the checkout. */
  @Column({ type: 'varchar', length: 50, collation: 'C' })
  feature: string;

  /** Copied from the checkout. */
  @Column({ type: 'varchar', length: 100, collation: 'C' })
  reference: string;

  /** Amount actually paid. */
  @Column('integer')
  amountCents: number;

  @Column('char', { length: 3 })
  currency: string;

  @Column({ type: 'varchar', length: 20, collation: 'C' })
  outcome: Outcome;

  /** The ids of the event at the provider, to look it up there. */
  @Column('jsonb')
  details: Record<string, string>;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  receivedAt: Date;

  /** `null`: no refund is needed. */
  @Column({ type: 'varchar', length: 10, nullable: true, collation: 'C' })
  refund: RefundState | null;

  @Column({ type: 'varchar', length: 255, nullable: true, collation: 'C' })
  providerRefundId: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  refundedAt: Date | null;
}
