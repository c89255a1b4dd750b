import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A call of the webhook that the sandbox still owes. It is gone once it was answered with 2xx. */
@Entity('sandbox_deliveries')
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

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
