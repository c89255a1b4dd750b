import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A call of the webhook that the sandbox still owes. It is gone once it was answered with 2xx. */
@Entity('sandbox_deliveries')
@Index('sandbox_deliveries_next_attempt_at_idx', ['nextAttemptAt'], { where: 'next_attempt_at IS NOT NULL' })
@Index('sandbox_deliveries_checkout_id_idx', ['checkoutId'])
export class SandboxDelivery {
  @PrimaryColumn({
    type: 'varchar',
    length: 255,
    collation: 'C',
    primaryKeyConstraintName: 'sandbox_deliveries_pkey',
  })
  paymentId: string;

  @Column('uuid')
  @ForeignKey('checkouts', { name: 'sandbox_deliveries_checkout_id_fkey' })
  checkoutId: string;

  /** The bytes that are signed and sent at each attempt. */
  @Column('text')
  body: string;

  @Column('smallint', { default: 0 })
  attempts: number;

  /** When to try, or to try again; `null` once it is given up. In full: rounded up, it were not due at once. */
  @Column({ type: 'timestamptz', nullable: true, default: () => 'now()' })
  nextAttemptAt: Date | null;

  /** Why the last attempt failed. */
  @Column('text', { nullable: true })
  error: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
