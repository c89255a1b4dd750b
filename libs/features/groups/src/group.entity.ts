import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  type EntityManager,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { found } from '@gatehouse/http';

/** Users who are granted permissions together. */
@Entity('groups')
@Check('groups_name_check', `name = btrim(name) AND name <> ''`)
@Index('groups_name_key', ['nameKey'], { unique: true })
@Index('groups_name_idx', ['name', 'id'])
@Index('groups_created_at_idx', ['createdAt', 'id'])
export class Group {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'groups_pkey' })
  id: string;

  @Column('varchar', { length: 100 })
  name: string;

  /** The name in its `comparable` form, which is unique. */
  @Column({ type: 'text', collation: 'C', select: false })
  nameKey: string;

  @Column('varchar', { length: 500, nullable: true })
  description: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}

/**
 * Checks that a group exists, and keeps it until the transaction ends. Lock it before any user.
 *
 * @throws {NotFoundProblem}
 */
export async function requireGroup(id: string, manager: EntityManager): Promise<void> {
  const lock = { mode: 'for_key_share' } as const;
  found(await manager.findOne(Group, { select: { id: true }, where: { id }, lock }), `Group ${id}`);
}
