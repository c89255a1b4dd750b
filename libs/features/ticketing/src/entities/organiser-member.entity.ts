import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Rights of a user in an organiser. */
@Entity('ticketing_organiser_members')
@Check('ticketing_organiser_members_rights_check', 'can_manage OR can_scan')
@Index('ticketing_organiser_members_user_id_idx', ['userId'])
export class OrganiserMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_organiser_members_pkey' })
  @ForeignKey('ticketing_organisers', {
    name: 'ticketing_organiser_members_organiser_id_fkey',
    onDelete: 'CASCADE',
  })
  organiserId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'ticketing_organiser_members_pkey' })
  @ForeignKey('users', { name: 'ticketing_organiser_members_user_id_fkey', onDelete: 'CASCADE' })
  userId: string;

  @Column('boolean')
  canManage: boolean;

  @Column('boolean')
  canScan: boolean;
}

/** `manage`: manage events and their tickets. `scan`: scan tickets at the door. */
export const memberRights = ['manage', 'scan'] as const;
export type MemberRight = (typeof memberRights)[number];

export function rightsOf({ canManage, canScan }: OrganiserMember): MemberRight[] {
  return memberRights.filter((right) => (right === 'manage' ? canManage : canScan));
}
