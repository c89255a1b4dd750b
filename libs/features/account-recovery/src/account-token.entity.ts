import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** The action that a link in a mail allows. */
export type Purpose = 'verify-email' | 'reset-password' | 'change-email';

/** A link sent by mail. Kept for at least an hour, even when it is invalid, to count how many were sent. */
@Entity('account_tokens')
@Check('account_tokens_purpose_check', `purpose IN ('verify-email', 'reset-password', 'change-email')`)
@Index('account_tokens_user_id_idx', ['userId', 'purpose'])
@Index('account_tokens_email_idx', ['email', 'purpose', 'createdAt'])
export class AccountToken {
  /** SHA-256: a reader of the table cannot use its contents. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'account_tokens_pkey' })
  tokenHash: Buffer;

  @Column('uuid')
  @ForeignKey('users', { name: 'account_tokens_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  @Column('varchar', { length: 20 })
  purpose: Purpose;

  /** Where the mail went: the use of its link verifies this address. */
  @Column({ type: 'varchar', length: 254, collation: 'C' })
  email: string;

  /** The user's address when the link was created. The link is invalid once they differ. */
  @Column({ type: 'varchar', length: 254, collation: 'C' })
  accountEmail: string;

  /** The user's `credentialsVersion` when the link was created. The link is invalid once they differ. */
  @Column('integer')
  credentialsVersion: number;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Equal to `createdAt` once a newer link has replaced it. */
  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;
}
