import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';

/** Users who are given permissions together. */
@Entity('groups')
@Check('groups_name_check', `name = btrim(name) AND name <> ''`)
@Index('groups_name_key', { synchronize: false })
@Index('groups_name_idx', ['name', 'id'])
@Index('groups_created_at_idx', ['createdAt', 'id'])
export class Group {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'groups_pkey' })
  id: string;

  /** Unique without regard to case. */
  @Column('varchar', { length: 100 })
  name: string;

  @Column('varchar', { length: 500, nullable: true })
  description: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
