import { DateTimeField, type FieldOptions, PatchType, StringField, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';

/** Fields of a group, with the rules shared by all DTOs and enforced by the table. */

function GroupNameField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    min: 1,
    max: 100,
    trim: true,
    description: 'Unique, regardless of case.',
    example: 'Editors',
    ...options,
  });
}

function GroupDescriptionField(options: FieldOptions = {}): PropertyDecorator {
  return StringField({
    max: 500,
    nullable: true,
    example: 'They look after the catalogue',
    ...options,
  });
}

export class GroupParams {
  @UuidField({ description: 'Id of the group' })
  id: string;
}

/** A group as clients see it. */
export class GroupDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @GroupNameField()
  name: string;

  @GroupDescriptionField()
  description: string | null;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  createdAt: Date;

  @DateTimeField({ example: '2026-07-01T12:00:00.000Z' })
  updatedAt: Date;
}

export class CreateGroupDto {
  @GroupNameField()
  name: string;

  @GroupDescriptionField({ default: null })
  description: string | null;
}

/** Absent fields keep their value; `null` clears the description. */
export class UpdateGroupDto extends PatchType(CreateGroupDto) {}

export const groupsListing: ListingOptions = {
  keys: {
    name: { by: 'group.name', type: 'text' },
    createdAt: { by: 'group.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'group.id', type: 'uuid' },
  defaultSort: 'name',
};

export class ListGroupsQuery extends ListQuery {
  @SortField(groupsListing)
  override sort?: string;

  @StringField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    description: 'Part of the name, in any case.',
    example: 'edit',
  })
  q?: string;
}

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
