import { CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A permission that some version of the application has declared. Its default grants were created with this row. */
@Entity('permissions')
export class KnownPermission {
  @PrimaryColumn({
    type: 'varchar',
    length: 100,
    collation: 'C',
    primaryKeyConstraintName: 'permissions_pkey',
  })
  name: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;
}
