import { ArrayField, DateTimeField, items, NestedField, PatchType, UuidField } from '@gatehouse/validation';
import { type ListingOptions, ListQuery, SortField } from '@gatehouse/listing';
import { NameField, OrganiserParams } from '../ticketing.dto.js';
import { type MemberRight, memberRights } from '../entities/organiser.entity.js';

export class OrganiserMemberParams extends OrganiserParams {
  @UuidField({ description: 'Id of the user' })
  userId: string;
}

export class CreateOrganiserDto {
  @NameField({ max: 100, example: 'Gatehouse Events' })
  name: string;
}

export class UpdateOrganiserDto extends PatchType(CreateOrganiserDto) {}

export class OrganiserDto extends CreateOrganiserDto {
  @UuidField()
  id: string;

  @DateTimeField()
  createdAt: Date;
}

class OrganiserMemberDto {
  @UuidField()
  userId: string;

  @ArrayField(items.enum(memberRights), { maxItems: memberRights.length, example: ['scan'] })
  rights: MemberRight[];
}

/** Maximum number of members of an organiser. */
export const MAX_MEMBERS = 1000;

/** An organiser with its members. */
export class OrganiserDetailsDto extends OrganiserDto {
  @NestedField(() => OrganiserMemberDto, { isArray: true, maxItems: MAX_MEMBERS })
  members: OrganiserMemberDto[];
}

export class SetMemberDto {
  @ArrayField(items.enum(memberRights), {
    minItems: 1,
    maxItems: memberRights.length,
    unique: true,
    description: '`manage`: manage events and their tickets. `scan`: scan tickets at the door.',
    example: ['scan'],
  })
  rights: MemberRight[];
}

export const organisersListing: ListingOptions = {
  keys: {
    name: { by: 'organiser.name', type: 'text' },
    createdAt: { by: 'organiser.createdAt', type: 'timestamptz' },
  },
  unique: { by: 'organiser.id', type: 'uuid' },
  defaultSort: 'name',
};

export class ListOrganisersQuery extends ListQuery {
  @SortField(organisersListing)
  override sort?: string;
}
