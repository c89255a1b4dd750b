import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A mail that waits to be sent; in development without a mail server, one that is kept to be read. */
@Entity('mails')
@Index('mails_next_attempt_at_idx', ['nextAttemptAt'], { where: 'next_attempt_at IS NOT NULL' })
export class Mail {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'mails_pkey' })
  id: string;

  @Column('varchar', { length: 254 })
  recipient: string;

  @Column('varchar', { length: 200 })
  subject: string;

  @Column('text')
  text: string;

  @Column('text')
  html: string;

  /** How often it was tried to send it. */
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
