import { CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Membership of a user in a group. */
@Entity('group_members')
@Index('group_members_user_id_idx', ['userId'])
@Index('group_members_added_at_idx', ['groupId', 'addedAt', 'userId'])
export class GroupMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'group_members_pkey' })
  @ForeignKey('groups', { name: 'group_members_group_id_fkey', onDelete: 'CASCADE' })
  groupId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'group_members_pkey' })
  @ForeignKey('users', { name: 'group_members_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  addedAt: Date;
}
