import type { OrganiserMember } from './organiser-member.entity.js';

/** `manage`: its events and their tickets. `scan`: tickets at the door. */
export const memberRights = ['manage', 'scan'] as const;
export type MemberRight = (typeof memberRights)[number];

export function rightsOf({ canManage, canScan }: OrganiserMember): MemberRight[] {
  return memberRights.filter((right) => (right === 'manage' ? canManage : canScan));
}
