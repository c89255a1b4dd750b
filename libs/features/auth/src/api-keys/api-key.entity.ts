import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A key with which a program acts on behalf of its owner. */
@Entity('api_keys')
@Check(
  'api_keys_permissions_check',
  `cardinality(permissions) <= 100 AND array_position(permissions, NULL) IS NULL`,
)
@Index('api_keys_key_hash_key', ['keyHash'], { unique: true })
@Index('api_keys_user_id_idx', ['userId', 'createdAt', 'id'])
export class ApiKey {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  id: string;

  /** The owner. */
  @Column('uuid')
  @ForeignKey('users', { name: 'api_keys_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  /**
   * The owner's `credentialsVersion`. The key is invalid once they differ; a password change by the owner updates
   * both.
   */
  @Column('integer')
  credentialsVersion: number;

  @Column('varchar', { length: 100 })
  name: string;

  /** First characters of the key, by which its owner recognises it. */
  @Column('varchar', { length: 12 })
  prefix: string;

  /** SHA-256 of the key. */
  @Column('bytea', { select: false })
  keyHash: Buffer;

  /** Names of the granted permissions. The key has those that its owner currently holds. */
  @Column('text', { array: true })
  permissions: string[];

  /** `null`: never expires. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Accurate to a minute. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;
}

/** Process bus topic: the API key with this id was deleted; its cached principal is invalid. */
export const API_KEY_DELETED = 'api-key-deleted';
