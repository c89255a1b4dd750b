import { ArrayField, EnumField, items, NestedField, StringField, UuidField } from '@gatehouse/validation';
import { type Role, roles } from '@gatehouse/users';

class PermissionParams {
  @StringField({ min: 1, max: 100, description: 'Name of the permission', example: 'books.write' })
  name: string;
}

export class RoleGrantParams extends PermissionParams {
  @EnumField(roles, { enumName: 'Role', description: 'Name of the role', example: 'user' })
  role: Role;
}

export class GroupGrantParams extends PermissionParams {
  @UuidField({ description: 'Id of the group' })
  groupId: string;
}

/** A group that is granted a permission. */
class GranteeGroupDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ max: 100, example: 'Editors' })
  name: string;
}

/** That are granted one permission. */
export const MAX_GROUPS = 1000;

/** A permission that a feature declares, and who is granted it. */
export class PermissionDto {
  @StringField({ max: 100, example: 'books.write' })
  name: string;

  @StringField({ description: 'What its holder may do', example: 'Create, change and delete books' })
  description: string;

  @StringField({ description: 'Feature that declares it', example: 'books' })
  feature: string;

  @ArrayField(items.enum(roles), { maxItems: roles.length, example: ['moderator'] })
  roles: Role[];

  @NestedField(() => GranteeGroupDto, { isArray: true, maxItems: MAX_GROUPS })
  groups: GranteeGroupDto[];
}
