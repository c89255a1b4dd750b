import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A queued webhook call of the sandbox. Deleted once it is answered with 2xx. */
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

  /** The bytes that are signed and sent on each attempt. */
  @Column('text')
  body: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
