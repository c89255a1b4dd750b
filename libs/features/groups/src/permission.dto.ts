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

/** A group with a permission. */
class GranteeGroupDto {
  @UuidField({ example: '019f6f3a-5b1e-7c4d-9a2b-3c4d5e6f7081' })
  id: string;

  @StringField({ max: 100, example: 'Editors' })
  name: string;
}

/** Maximum number of groups with one permission. */
export const MAX_GROUPS = 1000;

/** A declared permission with its grants. */
export class PermissionDto {
  @StringField({ max: 100, example: 'books.write' })
  name: string;

  @StringField({ description: 'What the permission allows', example: 'Create, change and delete books' })
  description: string;

  @StringField({ description: 'Feature that declares it', example: 'books' })
  feature: string;

  @ArrayField(items.enum(roles), { maxItems: roles.length, example: ['moderator'] })
  roles: Role[];

  @NestedField(() => GranteeGroupDto, { isArray: true, maxItems: MAX_GROUPS })
  groups: GranteeGroupDto[];
}
