import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { type Role, roles } from './roles.js';

/** A person with an account. The table enforces the same rules as the DTOs. */
@Entity('users')
@Check('users_username_check', `username ~ '^[a-zA-Z0-9_-]{3,50}$'`)
@Check('users_email_check', `email = lower(email) AND email ~ '^[^@[:space:]]+@[!-?A-~]+$'`)
@Check('users_full_name_check', `char_length(full_name) BETWEEN 1 AND 100`)
@Check('users_age_check', `age BETWEEN 0 AND 150`)
@Check('users_tags_check', `cardinality(tags) <= 50 AND array_position(tags, NULL) IS NULL`)
@Check('users_role_check', `role IN (${roles.map((role) => `'${role}'`).join(', ')})`)
@Index('users_created_at_idx', ['createdAt', 'id'])
@Index('users_username_idx', ['username', 'id'])
@Index('users_role_idx', ['role', 'createdAt', 'id'])
@Index('users_is_active_idx', ['isActive', 'createdAt', 'id'])
@Index('users_email_key', ['email'], { unique: true })
@Index('users_username_key', { synchronize: false })
@Index('users_search_idx', { synchronize: false })
export class User {
  /** UUID v7, so that ids ascend with time. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id: string;

  /** Unique regardless of case. ASCII, with the same sort order in every database. */
  @Column({ type: 'varchar', length: 50, collation: 'C' })
  username: string;

  /** Lower case, the local part in NFC, the domain in its ASCII form. */
  @Column({ type: 'varchar', length: 254, collation: 'C' })
  email: string;

  /** When the user verified the address; `null` again when it is changed without verification. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  emailVerifiedAt: Date | null;

  /** argon2id in PHC format. Selected only where a password is checked. */
  @Column('text', { select: false })
  passwordHash: string;

  /** Incremented by a new password and when the account is disabled, which ends every earlier session. */
  @Column('integer', { default: 1 })
  credentialsVersion: number;

  @Column('varchar', { length: 100, nullable: true })
  fullName: string | null;

  @Column('smallint', { nullable: true })
  age: number | null;

  @Column('text', { array: true, default: () => `'{}'` })
  tags: string[];

  @Column('varchar', { length: 20, default: 'user' })
  role: Role;

  @Column('boolean', { default: true })
  isActive: boolean;

  /** Milliseconds, as in JavaScript, so that a cursor holds the exact value. */
  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}

/** Process bus topic: the user with this id was changed or deleted; cached state is invalid. */
export const USER_CHANGED = 'user-changed';
