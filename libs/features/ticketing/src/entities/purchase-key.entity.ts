import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** An `Idempotency-Key` with which a user has bought a ticket. */
@Entity('ticketing_purchase_keys')
@Index(['createdAt'])
export class PurchaseKey {
  /** The user who made the request. */
  @PrimaryColumn('uuid')
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @PrimaryColumn('varchar', {
    length: 255,
    collation: 'C',
  })
  key: string;

  /** SHA-256 of the request, in base64url. */
  @Column('varchar', { length: 43 })
  requestHash: string;

  @Column('uuid')
  ticketId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
