import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A link that somebody has asked for. It goes when the mail is written, or nobody is to get one. */
@Entity('link_requests')
export class LinkRequest {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'link_requests_pkey' })
  id: string;

  /** Where the mail is to go. */
  @Column({ type: 'varchar', length: 254, collation: 'C' })
  email: string;

  /** Who asks, when that is known. No foreign key: it would let the answer wait for whoever has locked the user. */
  @Column('uuid', { nullable: true })
  userId: string | null;

  /** The user's `credentialsVersion` at that moment. */
  @Column('integer', { nullable: true })
  credentialsVersion: number | null;

  /** Of the client. */
  @Column('varchar', { length: 45 })
  address: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
