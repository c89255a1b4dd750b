import { Check, Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { type Role, roles } from '@gatehouse/users';

const grantable = roles.filter((role) => role !== 'admin');

/** A permission that some version of the application has declared. Its default grants were created with this row. */
@Entity('permissions')
export class KnownPermission {
  @PrimaryColumn('varchar', { length: 100, collation: 'C', primaryKeyConstraintName: 'permissions_pkey' })
  name: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  firstSeenAt: Date;
}

/** A permission granted to a role or a group. The role `admin` has all permissions without grants. */
@Entity('permission_grants')
@Unique('permission_grants_role_key', ['role', 'permission'])
@Unique('permission_grants_group_id_key', ['groupId', 'permission'])
@Check('permission_grants_role_check', `role IN (${grantable.map((role) => `'${role}'`).join(', ')})`)
@Check('permission_grants_grantee_check', 'num_nonnulls(role, group_id) = 1')
export class PermissionGrant {
  /** UUID v7. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'permission_grants_pkey' })
  id: string;

  @Column({ type: 'varchar', length: 100, collation: 'C' })
  @ForeignKey('permissions', { name: 'permission_grants_permission_fkey' })
  permission: string;

  @Column('varchar', { length: 20, nullable: true })
  role: Role | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('groups', { name: 'permission_grants_group_id_fkey', onDelete: 'CASCADE' })
  groupId: string | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  grantedAt: Date;
}

/** Process bus topic: the permissions of roles or groups changed; cached permissions are invalid. */
export const GRANTS_CHANGED = 'grants-changed';
