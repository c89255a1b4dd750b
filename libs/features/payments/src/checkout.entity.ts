import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** `open` until a payment is accepted (`paid`), or until a payment arrives too late and is refunded (`closed`). */
export type CheckoutStatus = 'open' | 'paid' | 'closed';

/** A checkout of a user's purchase. Rows are never deleted: they are the accounts. */
@Entity('checkouts')
@Check('checkouts_amount_cents_check', 'amount_cents > 0')
@Check('checkouts_currency_check', `currency ~ '^[A-Z]{3}$'`)
@Check('checkouts_status_check', `status IN ('open', 'paid', 'closed')`)
@Index('checkouts_open_key', ['feature', 'reference'], { unique: true, where: `status = 'open'` })
@Index(['userId'])
export class Checkout {
  /** UUID v7. It is part of the page's address, and known only to the payer. */
  @PrimaryColumn('uuid')
  id: string;

  /** Name of the selling feature. */
  @Column({ type: 'varchar', length: 50, collation: 'C' })
  feature: string;

  /** Id of the purchased item, in the feature's own terms. */
  @Column({ type: 'varchar', length: 100, collation: 'C' })
  reference: string;

  /** `null` once the user is deleted. */
  @Column('uuid', { nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  userId: string | null;

  @Column('integer')
  amountCents: number;

  /** ISO 4217. */
  @Column('char', { length: 3 })
  currency: string;

  /** Description shown to the payer. */
  @Column('varchar', { length: 200 })
  description: string;

  /** Name of the provider that was configured when the checkout was opened. */
  @Column({ type: 'varchar', length: 20, collation: 'C' })
  provider: string;

  /** The provider's session, once the payer has opened the checkout, with its page and expiry. */
  @Column({ type: 'varchar', length: 255, nullable: true, collation: 'C' })
  providerRef: string | null;

  @Column('text', { nullable: true })
  providerUrl: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  providerExpiresAt: Date | null;

  /** After this moment it should not be paid any more. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;

  @Column({ type: 'varchar', length: 10, collation: 'C', default: 'open' })
  status: CheckoutStatus;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
