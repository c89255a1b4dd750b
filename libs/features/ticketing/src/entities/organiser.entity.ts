import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Holds events and sells tickets for them. */
@Entity('ticketing_organisers')
@Check('ticketing_organisers_name_check', `name = btrim(name) AND name <> ''`)
@Index('ticketing_organisers_name_idx', ['name', 'id'])
@Index('ticketing_organisers_created_at_idx', ['createdAt', 'id'])
export class Organiser {
  /** UUID v7. */
  @PrimaryColumn('uuid')
  id: string;

  @Column('varchar', { length: 100 })
  name: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}

/** Rights of a user in an organiser. */
@Entity('ticketing_organiser_members')
@Check('ticketing_organiser_members_rights_check', 'can_manage OR can_scan')
@Index(['userId'])
export class OrganiserMember {
  @PrimaryColumn('uuid')
  @ForeignKey('ticketing_organisers', { onDelete: 'CASCADE' })
  organiserId: string;

  @PrimaryColumn('uuid')
  @ForeignKey('users', { onDelete: 'CASCADE' })
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
