import { ArrayField, items, NestedField, UuidField } from '@gatehouse/validation';
import { type MemberRight, memberRights } from '../member-rights.js';
import { OrganiserDto } from './organiser.dto.js';

export class OrganiserMemberDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  userId: string;

  @ArrayField(items.enum(memberRights), { maxItems: memberRights.length, example: ['scan'] })
  rights: MemberRight[];
}

/** Of one organiser. */
export const MAX_MEMBERS = 1000;

/** An organiser, and who acts for it. */
export class OrganiserDetailsDto extends OrganiserDto {
  @NestedField(() => OrganiserMemberDto, { isArray: true, maxItems: MAX_MEMBERS })
  members: OrganiserMemberDto[];
}
