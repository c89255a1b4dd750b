import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A queued webhook call of the sandbox. Deleted once it is answered with 2xx. */
@Entity('sandbox_deliveries')
@Index(['checkoutId'])
export class SandboxDelivery {
  @PrimaryColumn({
    type: 'varchar',
    length: 255,
    collation: 'C',
  })
  paymentId: string;

  @Column('uuid')
  @ForeignKey('checkouts')
  checkoutId: string;

  /** The bytes that are signed and sent on each attempt. */
  @Column('text')
  body: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
