import { DateTimeField, StringField, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { GroupParams } from './group.dto.js';

export class MemberParams extends GroupParams {
  @UuidField({ description: 'Id of the user' })
  userId: string;
}

/** A member of a group. */
export class MemberDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  userId: string;

  @StringField({ max: 50, example: 'ada_lovelace' })
  username: string;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  addedAt: Date;
}

export const membersListing: ListingOptions = {
  keys: { addedAt: { by: 'member.addedAt', type: 'timestamptz' } },
  unique: { by: 'member.userId', type: 'uuid' },
  defaultSort: 'addedAt',
};

export class ListMembersQuery extends ListQuery {
  @SortField(membersListing)
  override sort?: string;
}
