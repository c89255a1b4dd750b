import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A mail that waits to be sent, by a job that has its id; in development without a mail server, one that is kept to be read. */
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

  /** Why the mail server refused it for good: it is not tried again. */
  @Column('text', { nullable: true })
  error: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
