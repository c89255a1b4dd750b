import { ArrayField, items } from '@gatehouse/validation';
import { type MemberRight, memberRights } from '../member-rights.js';

export class SetMemberDto {
  @ArrayField(items.enum(memberRights), {
    minItems: 1,
    maxItems: memberRights.length,
    unique: true,
    description: '`manage`: events and their tickets. `scan`: tickets at the door.',
    example: ['scan'],
  })
  rights: MemberRight[];
}
