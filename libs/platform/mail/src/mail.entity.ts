import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/**
 * A mail to be sent by a job that has its id or, in development without a mail server, one that is kept for reading.
 */
@Entity('mails')
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

  /** Reason why the mail server rejected it permanently; it is not retried. */
  @Column('text', { nullable: true })
  error: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
