import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Holds events and sells tickets for them. */
@Entity('ticketing_organisers')
@Check('ticketing_organisers_name_check', `name = btrim(name) AND name <> ''`)
@Index('ticketing_organisers_name_idx', ['name', 'id'])
@Index('ticketing_organisers_created_at_idx', ['createdAt', 'id'])
export class Organiser {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_organisers_pkey' })
  id: string;

  @Column('varchar', { length: 100 })
  name: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
