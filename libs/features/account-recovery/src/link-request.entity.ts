import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A request for a link. It is deleted when the mail is written, or when no mail is due. */
@Entity('link_requests')
export class LinkRequest {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'link_requests_pkey' })
  id: string;

  /** Recipient of the mail. */
  @Column({ type: 'varchar', length: 254, collation: 'C' })
  email: string;

  /** The caller, if logged in. No foreign key: with one, the answer would wait for transactions that lock the user. */
  @Column('uuid', { nullable: true })
  userId: string | null;

  /** The user's `credentialsVersion` at the time of the request. */
  @Column('integer', { nullable: true })
  credentialsVersion: number | null;

  /** IP address of the client. */
  @Column('varchar', { length: 45 })
  address: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
